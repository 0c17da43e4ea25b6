/// Where a value came from. Earlier cases win.
enum Origin: Equatable {
    case flag(String)
    case variable(String)
    case file(String)
    case prompt
    /// What holds if nobody says anything.
    case usual

    var description: String {
        switch self {
        case .flag(let name): name
        case .variable(let name): name
        case .file(let path): path
        case .prompt: "typed"
        case .usual: "usual"
        }
    }
}

/// The settings of one run, each with where it came from: flags first, then variables, then the file.
struct Settings {
    struct Setting {
        let value: JSON
        let origin: Origin
    }

    /// By the name in the library's configuration, in the order in which they are shown.
    private(set) var entries: [(name: String, setting: Setting)] = []
    /// The file that was read, or would have been.
    let path: String?
    let hasFile: Bool
    /// Variables that begin with KCASE_ and mean nothing.
    let strayVariables: [String]

    init(flags: [SettingKey: (flag: String, value: String)], config: String?, tokenFile: String?)
        throws(Failure)
    {
        let known = Set(SettingKey.allCases.map(\.variable) + ProgramVariable.all)
        strayVariables = Environment.names(startingWith: "KCASE_").filter { !known.contains($0) }
        let file = try ConfigurationFile.find(config)
        path = file.path
        hasFile = file.members != nil

        var sources: [[(name: String, setting: Setting)]] = [[], [], []]
        for key in SettingKey.allCases {
            if let (flag, value) = flags[key] {
                sources[0].append((key.rawValue, Setting(value: key.json(value), origin: .flag(flag))))
            }
            if let value = Environment.value(key.variable) {
                let setting = Setting(value: key.json(value), origin: .variable(key.variable))
                sources[1].append((key.rawValue, setting))
            }
        }
        if let tokenFile {
            let token = try Token.read(tokenFile)
            sources[0].append(("token", Setting(value: .string(token), origin: .flag("--token-file"))))
        }
        if tokenFile == nil, let path = Token.path(nil) {
            let token = try Token.read(path)
            let setting = Setting(value: .string(token), origin: .variable(ProgramVariable.tokenFile))
            sources[1].append(("token", setting))
        }
        for member in file.members ?? [] where member.value != .null {
            sources[2].append((member.name, Setting(value: member.value, origin: .file(file.path ?? ""))))
        }
        for source in sources { take(source) }
        try checkThatCredentialsFit(file: sources[2])
    }

    /// Adds what no source before has. The service and the credentials are taken from one source as a whole.
    private mutating func take(_ source: [(name: String, setting: Setting)]) {
        let before = Set(entries.map(\.name))
        let hasService = SettingKey.service.contains { before.contains($0.rawValue) }
        let hasCredentials = SettingKey.credentials.contains { before.contains($0.rawValue) }
        for entry in source where !before.contains(entry.name) {
            let key = SettingKey(rawValue: entry.name)
            if hasService, let key, SettingKey.service.contains(key) { continue }
            if hasCredentials, let key, SettingKey.credentials.contains(key) { continue }
            entries.append(entry)
        }
    }

    /// A file's credentials are for the file's service. Another service, named elsewhere, is not to get them.
    private func checkThatCredentialsFit(file: [(name: String, setting: Setting)]) throws(Failure) {
        guard let path, let service, case .file? = credentials?.origin else { return }
        for (name, setting) in file where SettingKey(rawValue: name).map(SettingKey.service.contains) == true
        {
            if service.setting.value == setting.value, service.name == name { continue }
            throw Failure(
                """
                the credentials in \(path) are for \(setting.value.text ?? name), and \
                \(service.setting.origin.description) says \(service.setting.value.text ?? ""). Give the \
                credentials in the same way, or name another file: --config
                """)
        }
    }

    subscript(key: SettingKey) -> Setting? {
        entries.first { $0.name == key.rawValue }?.setting
    }

    /// The setting that says which service is meant.
    var service: (name: String, setting: Setting)? {
        entries.first { SettingKey(rawValue: $0.name).map(SettingKey.service.contains) == true }
    }

    var credentials: Setting? {
        entries.first { SettingKey(rawValue: $0.name).map(SettingKey.credentials.contains) == true }?.setting
    }

    mutating func set(_ key: SettingKey, _ value: JSON, _ origin: Origin) {
        entries.removeAll { $0.name == key.rawValue }
        entries.append((key.rawValue, Setting(value: value, origin: origin)))
    }

    mutating func remove(_ key: SettingKey) {
        entries.removeAll { $0.name == key.rawValue }
    }

    /// The configuration for the library. It holds the secrets.
    var configuration: String {
        JSON.object(entries.map { JSON.Member(name: $0.name, value: $0.setting.value) }).written
    }

    /// Says where the value comes from that the library's message is about.
    func explained(_ message: String) -> String {
        let words = Set(message.split { !($0.isLetter || $0 == "_") }.map(String.init))
        guard let entry = entries.first(where: { words.contains($0.name) }) else { return message }
        return "\(message) (\(entry.name) comes from \(entry.setting.origin.description))"
    }
}

extension SettingKey {
    /// A text of the command line or of a variable as JSON. A number that is none stays a text, so that the
    /// library names the key and the rule.
    func json(_ text: String) -> JSON {
        let isWhole = !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        return isNumber && isWhole && (text == "0" || !text.hasPrefix("0")) ? .number(text) : .string(text)
    }
}
