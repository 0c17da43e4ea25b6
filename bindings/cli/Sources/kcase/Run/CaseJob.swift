/// Both phases of a command that works on cases: all input is read and validated; then the number and the
/// service are shown and confirmed; then it acts.
struct CaseJob {
    let command: String
    let list: ListOptions
    let service: ServiceOptions
    let pace: PaceOptions
    let output: OutputOptions
    let view: RowView
    let tag: String?
    /// Where to write the report.
    let report: String?

    /// - Parameter confirm: throws if the run must not act.
    func perform(confirm: (Service, Int) throws(Failure) -> Void) throws {
        if list.readsStandardInput, service.tokenFile == "-" {
            throw Failure("standard input cannot be both the list and the token")
        }
        var settings = try service.settings(pace.settings())
        let named = try Service(settings)
        let cases = try list.cases()
        announce(cases, named)
        let client = try Connecting.client(&settings, named)
        Signals.catchThem()
        let document = try report.map { (path) throws(Failure) in
            try Report(path, view: view, list: list.from)
        }
        try confirm(named, cases.count)

        let summary = try act(on: cases, client: client, service: named, report: document)
        if let document { try document.write(summary) }
        try conclude(summary)
    }

    private func act(
        on cases: CaseList, client: Client, service: Service, report: Report?
    ) throws(Failure) -> Summary {
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let progress = Progress(list.from == nil && cases.count < 2 ? .none : output.progress)
        let sink = output.results(view, to: writer, progress: progress)
        var summary = Summary()
        summary.command = view == .dryRun ? "cancel --dry-run" : command
        summary.service = service.name
        var run = CaseRun(
            batch: try Batch(client, view == .cancel ? .cancel : .read, concurrency: pace.concurrency),
            cases: cases, concurrency: pace.concurrency, options: options,
            sinks: [sink] + (report.map { [$0] } ?? []),
            progress: progress, output: writer, showsLines: list.from != nil, summary: summary)
        summary = try run.perform()
        sink.finish(summary)
        if let complaint = writer.complaint {
            Console.complain(complaint)
            summary.stop = summary.stop ?? .output
        }
        return summary
    }

    private var options: String {
        tag.map { "{\"tag\": \(JSON.quoted($0))}" } ?? "{}"
    }

    // MARK: - What people read

    /// What was read, before anything is sent.
    private func announce(_ cases: CaseList, _ service: Service) {
        let repetitions = cases.repetitions
        for example in repetitions.examples.prefix(output.quiet ? 0 : Repetitions.examplesMax) {
            let place = list.from == nil ? "argument" : "line"
            Console.complain(
                "\(place) \(example.line) repeats \(place) \(example.firstLine); it is sent once")
        }
        if repetitions.count > repetitions.examples.count {
            Console.complain("\(grouped(repetitions.count)) lines repeat earlier ones; each id is sent once")
        }
        if output.quiet || (list.from == nil && cases.count < 2) { return }
        let verb = view == .cancel ? "to cancel" : "to read"
        Console.complain("\(counted(cases.count, "case")) \(verb) in \(service.name)")
    }

    private func conclude(_ summary: Summary) throws {
        let isOne = list.from == nil && summary.cases == 1
        if !output.quiet, !isOne || summary.stop != nil { Console.complain(summary.sentence) }
        for line in Advice(summary: summary, list: list, view: view).lines
        where !output.quiet || summary.stop != nil {
            Console.complain(line)
        }
        if summary.status != .allDone { throw Ending(status: summary.status) }
    }
}

/// The end of the program with nothing more to say.
struct Ending: Error {
    let status: ExitStatus
}

/// What to do next.
struct Advice {
    let summary: Summary
    let list: ListOptions
    let view: RowView

    var lines: [String] {
        var lines: [String] = []
        if summary.stop == .denials {
            lines.append(
                "stopped after \(CaseRun.denialsMax) denials in a row: check the credentials with kcase check"
            )
        }
        let isOpen = summary.notStarted > 0 || summary.status == .runAgain
        if let line = summary.notStartedFromLine, list.from != nil {
            lines.append("nothing was sent for line \(grouped(line)) and those after it")
        }
        if isOpen, view == .cancel {
            lines.append("run the same command again: that is safe, and tells what is canceled already")
        }
        return lines
    }
}
