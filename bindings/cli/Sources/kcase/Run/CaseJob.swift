/// The second phase of a command that works on cases: the number and the service are shown, production is
/// asked about, and then it acts.
struct CaseJob {
    /// What the user said, as the summary tells it.
    let command: String
    let view: RowView
    let pace: PaceOptions
    let output: OutputOptions
    /// What is asked before it acts; nil: nothing, since it only reads.
    var confirm: ConfirmOptions?
    var report: String?
    /// For each case, as the library takes them.
    var options: [JSON.Member] = []
    /// The list's name; nil if the cases are named on the command line.
    var list: String?
    /// Takes note of what is still to be done.
    var saved: SavedRun?
    /// The command that takes this run up again.
    var resume: String?

    /// Works on a list's cases.
    func perform(on cases: CaseList, _ settings: Settings, _ service: Service) throws {
        announce(cases, service)
        try perform(count: cases.count, settings, service) { (place) throws(Failure) in
            let batch = try Batch(place.client, work, concurrency: pace.concurrency)
            var run = CaseRun(
                batch: batch, cases: cases, concurrency: pace.concurrency,
                options: JSON.object(options).written, place: place, showsLines: list != nil,
                settles: view == .cancel)
            return run.perform()
        }
    }

    /// Shows, asks, and then does what `act` does.
    /// - Parameter count: how many cases are meant.
    func perform(
        count: Int, _ settings: Settings, _ service: Service,
        act: (Workplace) throws(Failure) -> Summary
    ) throws {
        var settings = settings
        Signals.catchThem()
        let client = try Connecting.client(&settings, service)
        let document = try report.map { (path) throws(Failure) in try Report(path, view: view, list: list) }
        if let confirm {
            try Confirmation(
                service: service, isGiven: confirm.yes, expected: confirm.confirm, cases: count
            ).check()
        }
        try saved?.keep()
        let journal = settings[.journal]?.value.text.map { Journal(path: $0) }
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let progress = try Progress(list == nil && count == 1 ? .none : output.progress)
        let results = output.results(view, to: writer, progress: progress)
        var summary = try act(
            Workplace(
                client: client, sinks: [results] + (document.map { [$0] } ?? []), progress: progress,
                output: writer, hasJournal: journal != nil,
                summary: Summary(command: command, service: service.name, cases: count)))
        summary.isCanceledMissed = view == .await
        do throws(Failure) {
            try document?.write(summary, journal)
        } catch {
            Console.complain(error.message)
            summary.stop = summary.stop ?? .output
        }
        results.finish(summary)
        if let complaint = writer.complaint {
            Console.complain(complaint)
            summary.stop = summary.stop ?? .output
        }
        if !summary.isOpen { saved?.remove() }
        conclude(summary)
        if summary.status != .allDone { throw Ending(status: summary.status) }
    }

    private var work: Batch.Work {
        switch view {
        case .cancel: .cancel
        case .status, .dryRun: .read
        case .await: .await
        }
    }

    // MARK: - What people read

    /// What was read, before anything is sent.
    private func announce(_ cases: CaseList, _ service: Service) {
        if output.quiet { return }
        let repetitions = cases.repetitions
        let place = list == nil ? "argument" : "line"
        let (verb, done) = view == .cancel ? ("to cancel", "sent") : ("to read", "read")
        for example in repetitions.examples {
            Console.complain(
                "\(place) \(example.line) repeats \(place) \(example.firstLine); it is \(done) once")
        }
        if repetitions.count > repetitions.examples.count {
            Console.complain(
                "\(grouped(repetitions.count)) \(place)s repeat earlier ones; each id is \(done) once")
        }
        if list == nil, cases.count < 2 { return }
        Console.complain("\(counted(cases.count, "case")) \(verb) in \(service.name)")
    }

    /// How it ended, and what to do next.
    private func conclude(_ summary: Summary) {
        if summary.notJournaled > 0 {
            Console.complain(
                """
                not in the journal: \(counted(summary.notJournaled, "outcome")); --output json says why
                """)
        }
        if output.quiet, summary.stop == nil { return }
        if list != nil || summary.cases > 1 || summary.stop != nil { Console.complain(summary.sentence) }
        if summary.stop == .denials {
            Console.complain(
                "stopped after \(CaseRun.denialsMax) denials in a row: check the credentials with kcase check"
            )
        }
        if let line = summary.notStartedFromLine, list != nil {
            Console.complain(
                view == .cancel
                    ? "nothing was sent for line \(grouped(line)) and those after it"
                    : "line \(grouped(line)) and those after it were not read")
        }
        guard summary.isOpen, view == .cancel else { return }
        if let resume {
            Console.suggest("to go on:", command: resume)
        } else {
            Console.complain("run the same command again: that is safe, and tells what is canceled already")
        }
    }
}

/// What a run works with.
struct Workplace {
    let client: Client
    /// Where results go.
    let sinks: [any ResultSink]
    let progress: Progress
    /// Standard output, whose reader may leave.
    let output: DataWriter
    let hasJournal: Bool
    /// How the run ends, so far.
    let summary: Summary
}

/// The end of the program with nothing more to say.
struct Ending: Error {
    let status: ExitStatus
}
