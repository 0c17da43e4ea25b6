/// How a run ended, in numbers.
struct Summary {
    let command: String
    /// "stage", "production", or the address.
    let service: String
    /// Different ids that were to be worked on.
    var cases = 0
    let startedAt = WallTime.now
    var elapsedMilliseconds = 0
    /// Rows that repeated an id.
    var repetitions = 0
    var counts: [Outcome: Int] = [:]
    /// Cases that no work was begun on, since the run was stopped. They are the last ones of the list.
    var notStarted = 0
    var notStartedFromLine: Int?
    /// Outcomes that the journal does not have.
    var notJournaled = 0
    /// Cases that were not sent since the journal could not be written.
    var journalFailures = 0
    /// Whether another state was waited for than that of a canceled case.
    var isCanceledMissed = false
    /// An exit status that does not follow from the outcomes.
    var ending: ExitStatus?
    /// Why no more cases were begun before the end of the list.
    var stop: Stop?

    enum Stop: Equatable {
        case signal
        /// The list can no longer be read.
        case input
        /// Results can no longer be written.
        case output
        /// The service does not accept the credentials, case after case.
        case denials
        /// The journal cannot be written, so that nothing may be sent.
        case journal
    }

    /// Whether something is left to do: a case that was not begun, or whose outcome does not stand.
    var isOpen: Bool {
        notStarted > 0 || counts.keys.contains { $0.status == .runAgain }
    }

    init(command: String, service: String, cases: Int = 0) {
        self.command = command
        self.service = service
        self.cases = cases
    }

    /// Cases with a result.
    var done: Int { counts.values.reduce(0, +) }

    mutating func count(_ outcome: Outcome) {
        counts[outcome, default: 0] += 1
    }

    /// In the order of the outcomes.
    var tally: [(outcome: Outcome, count: Int)] {
        let known = Outcome.all.compactMap { outcome in counts[outcome].map { (outcome, $0) } }
        let others = counts.filter { !Outcome.all.contains($0.key) }.sorted { $0.key.number < $1.key.number }
        return known + others.map { ($0.key, $0.value) }
    }

    /// The exit status. What is not known comes before what is known to be wrong, since it is the only
    /// reason to run again; a run that was stopped for denials waits for credentials.
    var status: ExitStatus {
        if stop == .signal { return Signals.status }
        if stop == .denials { return .denied }
        if let ending { return ending }
        if journalFailures > 0, journalFailures == done { return .journal }
        let statuses = Set(
            counts.keys.map { isCanceledMissed && $0.isCanceled ? .someNotCanceled : $0.status })
        if notStarted > 0 || stop == .output { return .runAgain }
        for status in [ExitStatus.runAgain, .denied, .usage, .someNotCanceled] where statuses.contains(status)
        {
            return status
        }
        return .allDone
    }

    /// "3 cases: 2 canceled, 1 refused".
    var sentence: String {
        var parts = tally.map { "\(grouped($0.count)) \($0.outcome.name)" }
        if notStarted > 0 { parts.append("\(grouped(notStarted)) not started") }
        let seconds =
            elapsedMilliseconds < 10_000
            ? "\(elapsedMilliseconds / 1000).\(elapsedMilliseconds % 1000 / 100) s"
            : duration(seconds: elapsedMilliseconds / 1000)
        return "\(counted(cases, "case")) in \(service): \(parts.joined(separator: ", ")) (\(seconds))"
    }

    var json: JSON {
        func number(_ value: Int) -> JSON { .number(String(value)) }
        return .object([
            .init(name: "command", value: .string(command)),
            .init(name: "service", value: .string(service)),
            .init(name: "started_at", value: .string(startedAt.text)),
            .init(name: "elapsed_ms", value: number(elapsedMilliseconds)),
            .init(name: "cases", value: number(cases)),
            .init(name: "repetitions", value: number(repetitions)),
            .init(
                name: "outcomes",
                value: .object(tally.map { .init(name: $0.outcome.name, value: number($0.count)) })),
            .init(name: "not_journaled", value: number(notJournaled)),
            .init(name: "not_started", value: number(notStarted)),
            .init(name: "not_started_from_line", value: notStartedFromLine.map(number) ?? .null),
            .init(name: "exit_code", value: number(Int(status.rawValue))),
        ])
    }
}

/// 1234567 as 1,234,567.
func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var out = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { out += "," }
        out.append(digit)
    }
    return out
}

/// "1 case", "1,234 cases".
func counted(_ number: Int, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
}

/// 5 s, 2 min 05 s, 1 h 02 min.
func duration(seconds: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(two(seconds % 60)) s" }
    return "\(seconds / 3600) h \(two(seconds % 3600 / 60)) min"
}
