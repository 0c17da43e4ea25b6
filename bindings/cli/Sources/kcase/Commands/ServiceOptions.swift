import ArgumentParser

/// Which service, whose account, and how long to wait: the same for every command that talks to the service.
struct ServiceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("stage or production. No default: it is never guessed.", valueName: "name"))
    var environment: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Another address instead of an environment, such as the sandbox's.", valueName: "url"))
    var baseURL: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The file with the KarmaCheck token; - is standard input.", valueName: "file"))
    var tokenFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Settings as JSON instead of ~/.config/kcase/config.json.", valueName: "file"))
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The most time for one case: 30, 30s, 500ms or 2m.", valueName: "time"))
    var timeout: Milliseconds?

    @Option(
        name: .long,
        help: ArgumentHelp("A proxy's URL, or environment to obey https_proxy.", valueName: "url"))
    var proxy: String?

    @Option(
        name: .long, help: ArgumentHelp("Certificate authorities in PEM form.", valueName: "file"))
    var caFile: String?

    /// - Parameter pace: further settings that a command's own flags give.
    func settings(_ pace: [SettingKey: (flag: String, value: String)] = [:]) throws(Failure) -> Settings {
        var flags = pace
        if let environment { flags[.environment] = ("--environment", environment) }
        if let baseURL { flags[.baseURL] = ("--base-url", baseURL) }
        if let timeout { flags[.timeout] = ("--timeout", String(timeout.count)) }
        if let proxy { flags[.proxy] = ("--proxy", proxy) }
        if let caFile { flags[.authoritiesFile] = ("--ca-file", caFile) }
        if environment != nil, baseURL != nil {
            throw Failure("--environment and --base-url both say which service is meant; give one of them")
        }
        return try Settings(flags: flags, config: config, tokenFile: tokenFile)
    }
}

/// A time as people write it.
struct Milliseconds: ExpressibleByArgument {
    let count: Int

    init?(argument: String) {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("", 1000)]
        for (unit, factor) in units where argument.hasSuffix(unit) {
            let digits = argument.dropLast(unit.count)
            guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                let number = Int(digits), number > 0, number <= 3_600_000
            else { return nil }
            count = number * factor
            return
        }
        return nil
    }
}
