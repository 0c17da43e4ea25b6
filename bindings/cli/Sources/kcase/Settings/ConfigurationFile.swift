import Glibc

/// The file with the settings: a JSON object with the keys of the library's configuration.
struct ConfigurationFile {
    static let bytesMax = 1_048_576

    let path: String?
    /// nil if there is no file.
    let members: [JSON.Member]?

    /// The path that the user names: the flag's, or the variable's.
    static func path(_ flag: String?) -> String? {
        flag ?? Environment.value(ProgramVariable.config)
    }

    /// The file that the user names, or the one in the folder for configurations if it is there.
    static func find(_ named: String?) throws(Failure) -> ConfigurationFile {
        let name = path(named)
        let usual = Environment.folder("XDG_CONFIG_HOME", orInHome: ".config").map {
            "\($0)/kcase/config.json"
        }
        guard let path = name ?? usual else { return ConfigurationFile(path: nil, members: nil) }
        if name == nil, access(path, F_OK) != 0 { return ConfigurationFile(path: path, members: nil) }
        let members = try read(path)
        warnIfOthersCanRead(path, members)
        return ConfigurationFile(path: path, members: members)
    }

    private static func read(_ path: String) throws(Failure) -> [JSON.Member] {
        let bytes = try contents(of: path, atMost: bytesMax)
        let value: JSON
        do throws(JSONError) {
            value = try JSON(parsing: bytes)
        } catch {
            throw Failure("\(sourceName(path)): line \(error.line): \(error.message)")
        }
        guard case .object(let members) = value else {
            throw Failure("\(sourceName(path)): this is no JSON object: {\"environment\": \"stage\"}")
        }
        return members
    }

    private static func warnIfOthersCanRead(_ path: String, _ members: [JSON.Member]) {
        guard members.contains(where: { SettingKey(rawValue: $0.name)?.isSecret == true }) else { return }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        Console.complain("\(path) holds a secret and others can read it: chmod 600 \(path)")
    }
}
