import ArgumentParser

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel cases.",
        discussion: """
            Everything is read and checked first. Then the number of cases and the environment are shown, \
            and production is asked about. Then it acts.

              kcase cancel e074241e-36e8-444b-bf55-bb4dad6d3f3d --environment stage
              kcase cancel --tracking-code REQ-2026-0815
              kcase cancel --from cases.txt --dry-run
              kcase cancel --from export.csv --column "Case ID" --report june.html
              kcase cancel --from export.csv --column 3 --confirm production:1234
              some-program | kcase cancel --from - --output ndjson --yes
            """
    )

    @OptionGroup(title: "Which cases") var list: ListOptions
    @OptionGroup(title: "Which service") var service: ServiceOptions

    @OptionGroup(title: "Before it acts") var confirm: ConfirmOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Instead of ids: the one case that was ordered with this tracking code.", valueName: "code"))
    var trackingCode: String?

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

    @OptionGroup(title: "What is written down") var notes: NoteOptions

    func run() throws {
        var settings = try service.settings(
            pace.settings().merging(notes.settings()) { $1 }, list: list.from)
        let named = try Service(settings)
        try chooseJournal(&settings)
        if let trackingCode { return try cancelFound(trackingCode, settings, named) }
        let saved = try savedRun(settings)
        do {
            let cases = saved?.cases ?? CaseList()
            try list.read(into: cases)
            try job(saved).perform(on: cases, settings, named)
        } catch let failure as Failure {
            saved?.removeIfUnread()
            throw failure
        }
    }

    private func job(_ saved: SavedRun?) -> CaseJob {
        CaseJob(
            command: dryRun ? "cancel --dry-run" : "cancel", view: dryRun ? .dryRun : .cancel, pace: pace,
            output: output, confirm: dryRun ? nil : confirm, report: report, options: options,
            list: list.name, saved: saved,
            resume: saved.map { "kcase resume \($0.name)\(service.shellText)" })
    }

    private var options: [JSON.Member] {
        tag.map { [.init(name: "tag", value: .string($0))] } ?? []
    }

    /// A list's run has a journal, unless the user does not want one.
    private func chooseJournal(_ settings: inout Settings) throws(Failure) {
        if dryRun || notes.noJournal {
            settings.remove(.journal)
        } else if list.from != nil, settings[.journal] == nil {
            settings.set(.journal, .string(try StateFolder.file(Journal.usualName)), .usual)
        }
    }

    /// A list's run is noted, so that it can be taken up again.
    private func savedRun(_ settings: Settings) throws(Failure) -> SavedRun? {
        guard let name = list.name, !dryRun, !notes.noJournal, let setting = settings.service else {
            return nil
        }
        return try SavedRun.create(
            SavedRun.Facts(
                service: (setting.name, setting.setting.value.text ?? ""), list: name, tag: tag,
                journal: settings[.journal]?.value.text, startedAt: WallTime.now.text))
    }

    /// The case is found by what the host knows of it.
    private func cancelFound(_ code: String, _ settings: Settings, _ named: Service) throws {
        if list.from != nil || !list.ids.isEmpty || dryRun {
            throw Failure("--tracking-code finds its case itself: leave ids, --from and --dry-run out")
        }
        if code.isEmpty { throw Failure("--tracking-code is empty; is a variable of a script empty?") }
        try job(nil).perform(count: 1, settings, named) { (place) throws(Failure) in
            FoundRun(place: place, trackingCode: code, options: JSON.object(options).written).perform()
        }
    }
}
