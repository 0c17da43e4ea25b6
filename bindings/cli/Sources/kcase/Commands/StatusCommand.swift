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

    @OptionGroup var reading: ReadingOptions

    func run() throws {
        try reading.perform("status", .status)
    }
}
