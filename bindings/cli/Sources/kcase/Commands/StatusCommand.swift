import ArgumentParser

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Read cases and show their state.",
        discussion: """
              kcase status e074241e-36e8-444b-bf55-bb4dad6d3f3d --environment stage
              kcase status --from cases.txt --output csv
            """
    )

    @OptionGroup(title: "Which cases") var list: ListOptions
    @OptionGroup(title: "Which service") var service: ServiceOptions
    @OptionGroup(title: "How fast") var pace: PaceOptions
    @OptionGroup(title: "What comes out") var output: OutputOptions

    func run() throws {
        try list.checkStandardInput(service)
        var settings = try service.settings(pace.settings())
        settings.remove(.journal)
        let named = try Service(settings)
        let cases = CaseList()
        try list.read(into: cases)
        let job = CaseJob(
            command: "status", view: .status, pace: pace, output: output, list: list.name)
        try job.perform(on: cases, settings, named)
    }
}
