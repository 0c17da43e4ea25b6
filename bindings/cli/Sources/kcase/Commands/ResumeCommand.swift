import ArgumentParser

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Take up a run that was stopped or killed.",
        discussion: """
            Goes through the whole list of the run again, which is safe: what is canceled already is told as \
            already_canceled. Without a name it takes the one run that is unfinished; if there is none, what \
            the journal has that is unfinished. Exit code 5 if a note of a run is damaged: the others are \
            resumed all the same.

              kcase resume
              kcase resume --show
              kcase resume 20261126-081500-4711 --report june.html
            """
    )

    @Argument(help: ArgumentHelp("The run, as kcase cancel named it.", valueName: "run"))
    var name: String?

    @Flag(name: .long, help: "Show the unfinished runs; send nothing.")
    var show = false

    @Flag(name: .long, help: "Forget the run instead; send nothing.")
    var forget = false

    @OptionGroup(title: "Which service") var service: ServiceOptions
    @OptionGroup(title: "Before it acts") var confirm: ConfirmOptions
    @OptionGroup(title: "How fast") var pace: PaceOptions
    @OptionGroup(title: "What comes out") var output: OutputOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Write a report, and a CSV file beside it.", valueName: "file.html"),
        completion: .file(extensions: ["html"]))
    var report: String?

    @OptionGroup(title: "What is written down") var notes: NoteOptions

    func run() throws {
        let found = SavedRun.unfinished(named: name)
        if let name, found.names.isEmpty {
            throw Failure("no unfinished run is called \(printable(name)); see kcase resume --show")
        }
        if forget, !show { return try forgetOne(of: found) }
        for note in found.damaged { Console.complain(note.message) }
        if show {
            try write(found.runs)
        } else {
            try resume(found)
        }
        if !found.damaged.isEmpty { throw Ending(status: .journal) }
    }

    private func forgetOne(of found: SavedRun.Unfinished) throws(Failure) {
        if found.names.count > 1 {
            throw Failure("several runs are unfinished; name one: \(found.names.joined(separator: ", "))")
        }
        guard let name = found.names.first else { return Console.complain("no run is unfinished") }
        try SavedRun.forget(name)
    }

    /// The one run that is unfinished; if there is none, and none was named, what the journal has.
    private func resume(_ found: SavedRun.Unfinished) throws {
        if found.runs.count > 1 {
            let names = found.runs.map { "\($0.name) (\(printable($0.facts.list)))" }.joined(separator: ", ")
            throw Failure("several runs are unfinished; name one: \(names)")
        }
        if let run = found.runs.first { return try resume(run) }
        if name == nil {
            try resumeJournal(otherwise: "no \(found.damaged.isEmpty ? "" : "other ")run is unfinished")
        }
    }

    /// The whole list once more. What the journal has as canceled needs no request.
    private func resume(_ run: SavedRun) throws {
        var settings = try service.settings(pace.settings().merging(notes.settings()) { $1 })
        let (key, value) = run.facts.service
        if let given = settings.service {
            guard given.name == key, given.setting.value.text == value else {
                throw Failure(
                    """
                    the run \(run.name) was for \(printable(value)), and \(given.setting.origin.description) \
                    says \(printable(given.setting.value.text ?? "")). Nothing was sent.
                    """)
            }
        } else if let key = SettingKey(rawValue: key) {
            settings.set(key, .string(value), .file("the run \(run.name)"))
        }
        if let journal = run.facts.journal { settings.set(.journal, .string(journal), .usual) }
        var options = run.facts.tag.map { [JSON.Member(name: "tag", value: .string($0))] } ?? []
        if settings[.journal] != nil { options.append(.init(name: "use_journal", value: .bool(true))) }
        let job = CaseJob(
            command: "resume", view: .cancel, pace: pace, output: output, confirm: confirm, report: report,
            options: options, list: run.facts.list, saved: run,
            resume: "kcase resume \(run.name)\(service.shellText)")
        try job.perform(on: run.cases, settings, Service(settings))
    }

    /// No list is unfinished. What a journal has that is unfinished are cancels of programs that have ended.
    /// - Parameter words: what is said if there is nothing.
    private func resumeJournal(otherwise words: String) throws {
        let given = try notes.settings()
        let settings = try service.settings(pace.settings().merging(given) { $1 })
        let chosen = settings[.journal]?.value.text
        guard let path = chosen ?? Journal.usualPath,
            let history = Journal(path: path).history("{\"outcome\": \"unfinished\", \"limit\": 1}")
        else { return Console.complain(words) }
        if chosen != nil, history.outcome != .ok { throw Journal(path: path).failure(history) }
        if history.outcome != .ok || history["records"] == "[]" {
            return Console.complain(words)
        }
        var journaled = settings
        journaled.set(.journal, .string(path), settings[.journal]?.origin ?? .usual)
        let named = try Service(settings)
        var job = CaseJob(
            command: "resume", view: .cancel, pace: pace, output: output, confirm: confirm, report: report,
            resume: "kcase resume\(service.shellText)")
        // Production is asked about the number, which only the readings tell.
        let count = try named.needsConfirmation && !confirm.yes ? unfinished(journaled, named) : 0
        if count == 0, named.needsConfirmation, !confirm.yes { job.confirm = nil }
        if !named.needsConfirmation { job.confirm = nil }
        try job.perform(count: count, journaled, named) { (place) throws(Failure) in
            let batch = try Batch(resuming: place.client, sends: true, concurrency: pace.concurrency)
            var run = CaseRun(
                batch: batch, cases: nil, concurrency: pace.concurrency, options: "{}", place: place,
                showsLines: false, settles: false)
            return run.perform()
        }
    }

    /// How many of the journal's unfinished cases are not canceled. Sends no cancel.
    private func unfinished(_ settings: Settings, _ service: Service) throws(Failure) -> Int {
        var settings = settings
        let client = try Connecting.client(&settings, service)
        let batch = try Batch(resuming: client, sends: false, concurrency: pace.concurrency)
        var count = 0
        while batch.pending > 0 {
            if let result = batch.next(milliseconds: 1000), !result.outcome.isCanceled { count += 1 }
            if Signals.collect() > 0 { throw Failure("stopped. Nothing was sent.", status: Signals.status) }
        }
        return count
    }

    private func write(_ runs: [SavedRun]) throws(Failure) {
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let layout = TableLayout(terminal: Terminal(Descriptor.standardOutput), widths: [24, 10, 24])
        let rows = runs.map { run in
            [run.name, grouped(run.cases.count), run.facts.service.value, run.facts.list]
        }
        for row in [["RUN", "CASES", "SERVICE", "LIST"]] + rows {
            writer.write(layout.row(row.map { RowView.Cell(text: printable($0)) }))
        }
        try writer.close()
    }
}
