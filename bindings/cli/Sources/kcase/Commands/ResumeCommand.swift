import ArgumentParser

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Take up a run that was stopped or killed.",
        discussion: """
            Goes through the whole list of the run again, which is safe: what is canceled already is told as \
            already_canceled. Without a name it takes the one run that is unfinished.

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

    func run() throws {
        let runs = try SavedRun.unfinished(named: name)
        if show { return try write(runs) }
        guard let run = runs.first else {
            if let name {
                throw Failure("no unfinished run is called \(printable(name)); see kcase resume --show")
            }
            return Console.complain("no run is unfinished")
        }
        if runs.count > 1 {
            let names = runs.map { "\($0.name) (\(printable($0.facts.list)))" }.joined(separator: ", ")
            throw Failure("several runs are unfinished; name one: \(names)")
        }
        if forget { return run.remove() }
        try resume(run)
    }

    private func resume(_ run: SavedRun) throws {
        var settings = try service.settings(pace.settings())
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
        let job = CaseJob(
            command: "resume", view: .cancel, pace: pace, output: output, confirm: confirm, report: report,
            tag: run.facts.tag, list: run.facts.list)
        try job.perform(
            on: run.cases, settings, Service(settings), saved: run,
            resume: "kcase resume \(run.name)\(service.shellText)")
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
