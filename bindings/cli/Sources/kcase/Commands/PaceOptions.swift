import ArgumentParser

/// How fast a run works.
struct PaceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Cases in progress at a time, 1 to 256.", valueName: "n"))
    var concurrency = 16

    @Option(
        name: .long,
        help: ArgumentHelp("The most requests in a second.", valueName: "n"))
    var rate: Int?

    /// The settings of the library that follow.
    func settings() throws(Failure) -> [SettingKey: (flag: String, value: String)] {
        guard 1...256 ~= concurrency else { throw Failure("--concurrency is 1 to 256, not \(concurrency)") }
        var flags: [SettingKey: (flag: String, value: String)] = [
            .maxConnections: ("--concurrency", String(concurrency))
        ]
        if let rate { flags[.ratePerSecond] = ("--rate", String(rate)) }
        return flags
    }
}
