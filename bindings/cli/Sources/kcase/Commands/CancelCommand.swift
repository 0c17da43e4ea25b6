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

    @Flag(name: [.long, .short], help: ArgumentHelp("Do not ask, even in production."))
    var yes = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Act only if this is the environment and the number of cases: production:1234.", valueName: "what"
        ))
    var confirm: String?

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
        help: ArgumentHelp("Write a report, and a CSV file beside it.", valueName: "file.html"))
    var report: String?

    func run() throws {
        let job = CaseJob(
            command: "cancel", list: list, service: service, pace: pace, output: output,
            view: dryRun ? .dryRun : .cancel, tag: tag, report: report)
        try job.perform { (service, cases) throws(Failure) in
            if dryRun { return }
            try Confirmation(service: service, isGiven: yes, expected: confirm, cases: cases).check()
        }
    }
}
