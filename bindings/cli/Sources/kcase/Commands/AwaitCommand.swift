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

    @Option(name: .long, help: "The state to wait for.")
    var until: State

    @OptionGroup var reading: ReadingOptions

    func run() throws {
        try reading.perform(
            "await", .await, options: [.init(name: "until", value: .string(until.rawValue))])
    }
}
