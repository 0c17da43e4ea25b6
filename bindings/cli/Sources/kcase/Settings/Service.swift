/// Which KarmaCheck is meant, in the words that a person sees.
struct Service {
    /// "stage", "production", or the address.
    let name: String
    /// Whether a cancel there needs a confirmation: production, and every address that may lead to it.
    let needsConfirmation: Bool

    /// What stands before the colon in --confirm production:3.
    var confirmationWord: String { isEnvironment ? name : "custom" }

    private let isEnvironment: Bool

    init(_ settings: Settings) throws(Failure) {
        guard let service = settings.service else {
            let place = settings.path.map { ", or \"environment\" in \($0)" } ?? ""
            throw Failure(
                """
                which environment? Say --environment stage or --environment production \
                (or KCASE_ENVIRONMENT\(place))
                """)
        }
        name = service.setting.value.text ?? ""
        isEnvironment = service.name == SettingKey.environment.rawValue
        needsConfirmation = isEnvironment ? name != "stage" : !Service.isOnThisMachine(name)
    }

    /// Where an address goes on after its "://"; nil if it has none. firstRange(of:) would link the engine
    /// for regular expressions.
    static func authorityStart(_ address: String) -> String.Index? {
        var rest = address[...]
        while let colon = rest.firstIndex(of: ":") {
            rest = rest[rest.index(after: colon)...]
            if rest.hasPrefix("//") { return rest.index(rest.startIndex, offsetBy: 2) }
        }
        return nil
    }

    /// Whether an address is this machine's own.
    private static func isOnThisMachine(_ address: String) -> Bool {
        guard let start = authorityStart(address) else { return false }
        let authority = address[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return false }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        if host == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers.first == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
