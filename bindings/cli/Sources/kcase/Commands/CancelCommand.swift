import ArgumentParser

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel cases.",
        discussion: """
            Everything is read and checked first. Then the number of cases and the environment are shown, \
            and production is asked about. Then it acts.

              kcase cancel e074241e-36e8-444b-bf55-bb4dad6d3f3d --environment stage
              kcase cancel --from cases.txt --dry-run
              kcase cancel --from export.csv --column "Case ID" --report june.html
              kcase cancel --from export.csv --column 3 --confirm production:1234
              some-program | kcase cancel --from - --output ndjson --yes
            """
    )

    @OptionGroup(title: "Which cases") var list: ListOptions
    @OptionGroup(title: "Which service") var service: ServiceOptions

    @OptionGroup(title: "Before it acts") var confirm: ConfirmOptions

    @Flag(name: .long, help: "Cancel nothing: read the cases and guess what a cancel would meet.")
    var dryRun = false

    @Option(
        name: .long,
        help: ArgumentHelp("A text that goes with every result of this run.", valueName: "text"))
    var tag: String?

    @OptionGroup(title: "How fast") var pace: PaceOptions
    @OptionGroup(title: "What comes out") var output: OutputOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Write a report, and a CSV file beside it.", valueName: "file.html"),
        completion: .file(extensions: ["html"]))
    var report: String?

    @Flag(name: .long, help: "Keep no note of the run: kcase resume cannot take it up.")
    var noJournal = false

    func run() throws {
        try list.checkStandardInput(service)
        let settings = try service.settings(pace.settings())
        let named = try Service(settings)
        let saved = try savedRun(settings)
        do {
            let cases = saved?.cases ?? CaseList()
            try list.read(into: cases)
            let job = CaseJob(
                command: dryRun ? "cancel --dry-run" : "cancel", view: dryRun ? .dryRun : .cancel, pace: pace,
                output: output, confirm: dryRun ? nil : confirm, report: report, tag: tag, list: list.from)
            let resume = saved.map { "kcase resume \($0.name)\(service.shellText)" }
            try job.perform(on: cases, settings, named, saved: saved, resume: resume)
        } catch let failure as Failure {
            saved?.removeIfUnread()
            throw failure
        }
    }

    /// A list's run is noted, so that it can be taken up again.
    private func savedRun(_ settings: Settings) throws(Failure) -> SavedRun? {
        guard let name = list.from, !dryRun, !noJournal, let setting = settings.service else { return nil }
        return try SavedRun.create(
            SavedRun.Facts(
                service: (setting.name, setting.setting.value.text ?? ""), list: name, tag: tag,
                startedAt: WallTime.now.text))
    }
}
