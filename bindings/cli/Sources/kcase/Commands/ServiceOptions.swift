import ArgumentParser

/// Which service, whose account, and how long to wait: the same for every command that talks to the service.
struct ServiceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("stage or production. No default: it is never guessed.", valueName: "name"),
        completion: .list(["stage", "production"]))
    var environment: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Another address instead of an environment, such as the sandbox's.", valueName: "url"))
    var baseURL: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The file with the KarmaCheck token; - is standard input.", valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Settings as JSON instead of ~/.config/kcase/config.json.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The most time for one case: 30, 30s, 500ms or 2m.", valueName: "time"),
        transform: Milliseconds.init(parsing:))
    var timeout: Milliseconds?

    @Option(
        name: .long,
        help: ArgumentHelp("A proxy's URL, or environment to obey https_proxy.", valueName: "url"))
    var proxy: String?

    @Option(
        name: .long, help: ArgumentHelp("Certificate authorities in PEM form.", valueName: "file"),
        completion: .file())
    var caFile: String?

    /// These options as a shell reads them, to be added to another command.
    var shellText: String {
        let given = [
            ("--environment", environment), ("--base-url", baseURL), ("--token-file", tokenFile),
            ("--config", config), ("--proxy", proxy), ("--ca-file", caFile),
        ]
        return given.map { name, value in value.map { " \(name) \(shellQuoted($0))" } ?? "" }.joined()
    }

    /// - Parameter pace: further settings that a command's own flags give.
    /// - Parameter list: where a list is read from, for standard input is one thing only.
    func settings(
        _ pace: [SettingKey: (flag: String, value: String)] = [:], list: String? = nil
    ) throws(Failure) -> Settings {
        let readers = [
            ("the list", list), ("the token", Token.path(tokenFile)),
            ("the settings", ConfigurationFile.path(config)),
        ].filter { $0.1 == "-" }
        if readers.count > 1 {
            throw Failure("standard input cannot be both \(readers[0].0) and \(readers[1].0)")
        }
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

/// A word that a shell takes as it is.
func shellQuoted(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "-_./:@%+=,".utf8.contains(byte)
        }
    }
    if plain, !text.isEmpty { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}

/// A time as people write it.
struct Milliseconds {
    private static let hour = 3_600_000

    let count: Int

    /// Throws a ValidationError, which says how a time is written.
    init(parsing argument: String) throws {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("", 1000)]
        for (unit, factor) in units where argument.hasSuffix(unit) {
            let digits = argument.dropLast(unit.count)
            guard digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
                let number = Int(digits), number > 0, number <= Milliseconds.hour / factor
            else { break }
            count = number * factor
            return
        }
        throw ValidationError("write a time as 30, 30s, 500ms or 2m; an hour at most")
    }
}
