/// The second phase of a command that works on cases: the number and the service are shown, production is
/// asked about, and then it acts.
struct CaseJob {
    /// What the user said, as the summary tells it.
    let command: String
    let view: RowView
    let pace: PaceOptions
    let output: OutputOptions
    /// What is asked before it acts; nil: nothing, since it only reads.
    let confirm: ConfirmOptions?
    let report: String?
    let tag: String?
    /// The list's name; nil if the cases are named on the command line.
    let list: String?

    /// - Parameters:
    ///   - saved: takes note of what is still to be done.
    ///   - resume: the command that takes this run up again.
    func perform(
        on cases: CaseList, _ settings: Settings, _ service: Service, saved: SavedRun?, resume: String?
    ) throws {
        var settings = settings
        announce(cases, service)
        Signals.catchThem()
        let client = try Connecting.client(&settings, service)
        let document = try report.map { (path) throws(Failure) in try Report(path, view: view, list: list) }
        if let confirm {
            try Confirmation(
                service: service, isGiven: confirm.yes, expected: confirm.confirm, cases: cases.count
            ).check()
        }
        try saved?.keep()
        let summary = try act(on: cases, client: client, service: service, report: document)
        if !summary.isOpen { saved?.remove() }
        try document?.write(summary)
        conclude(summary, resume: resume)
        if summary.status != .allDone { throw Ending(status: summary.status) }
    }

    private func act(
        on cases: CaseList, client: Client, service: Service, report: Report?
    ) throws(Failure) -> Summary {
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let progress = Progress(list == nil && cases.count < 2 ? .none : output.progress)
        let results = output.results(view, to: writer, progress: progress)
        var run = CaseRun(
            batch: try Batch(client, view == .cancel ? .cancel : .read, concurrency: pace.concurrency),
            cases: cases, concurrency: pace.concurrency, options: options,
            sinks: [results] + (report.map { [$0] } ?? []), progress: progress, output: writer,
            showsLines: list != nil, summary: Summary(command: command, service: service.name))
        var summary = try run.perform()
        results.finish(summary)
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
        if output.quiet { return }
        let repetitions = cases.repetitions
        let place = list == nil ? "argument" : "line"
        for example in repetitions.examples {
            Console.complain(
                "\(place) \(example.line) repeats \(place) \(example.firstLine); it is sent once")
        }
        if repetitions.count > repetitions.examples.count {
            Console.complain("\(grouped(repetitions.count)) lines repeat earlier ones; each id is sent once")
        }
        if list == nil, cases.count < 2 { return }
        let verb = view == .cancel ? "to cancel" : "to read"
        Console.complain("\(counted(cases.count, "case")) \(verb) in \(service.name)")
    }

    /// How it ended, and what to do next.
    private func conclude(_ summary: Summary, resume: String?) {
        if output.quiet, summary.stop == nil { return }
        if list != nil || summary.cases > 1 || summary.stop != nil { Console.complain(summary.sentence) }
        if summary.stop == .denials {
            Console.complain(
                "stopped after \(CaseRun.denialsMax) denials in a row: check the credentials with kcase check"
            )
        }
        if let line = summary.notStartedFromLine, list != nil {
            Console.complain("nothing was sent for line \(grouped(line)) and those after it")
        }
        guard summary.isOpen, view == .cancel else { return }
        if let resume {
            Console.complain("to go on: \(resume)")
        } else {
            Console.complain("run the same command again: that is safe, and tells what is canceled already")
        }
    }
}

/// The end of the program with nothing more to say.
struct Ending: Error {
    let status: ExitStatus
}
