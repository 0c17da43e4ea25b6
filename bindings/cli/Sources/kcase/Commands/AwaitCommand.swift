import ArgumentParser

struct AwaitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "await",
        abstract: "Wait until cases are seen in a state.",
        discussion: """
            Reads each case again and again, with waits in between, for --timeout at most.

              kcase await e074241e-36e8-444b-bf55-bb4dad6d3f3d --until canceled --timeout 10m
            """
    )

    enum State: String, ExpressibleByArgument, CaseIterable {
        case canceled, started, finished
    }

    @OptionGroup(title: "Which cases") var list: ListOptions

    @Option(name: .long, help: "The state to wait for.")
    var until: State

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
            command: "await", view: .await, pace: pace, output: output,
            options: [.init(name: "until", value: .string(until.rawValue))], list: list.name)
        try job.perform(on: cases, settings, named)
    }
}
