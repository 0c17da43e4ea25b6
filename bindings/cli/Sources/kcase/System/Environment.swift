@preconcurrency import Glibc

/// The environment variables of this process.
enum Environment {
    /// The value of a variable; nil if it is not set, or empty.
    static func value(_ name: String) -> String? {
        guard let text = getenv(name), text.pointee != 0 else { return nil }
        return String(cString: text)
    }

    /// The names of all variables that begin with `prefix`, sorted.
    static func names(startingWith prefix: String) -> [String] {
        var names: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if text.hasPrefix(prefix), let end = text.firstIndex(of: "=") {
                names.append(String(text[..<end]))
            }
            next += 1
        }
        return names.sorted()
    }

    /// A folder of the XDG base directories: the variable if it is absolute, else one in the home folder.
    static func folder(_ variable: String, orInHome folder: String) -> String? {
        if let path = value(variable), path.hasPrefix("/") { return path }
        guard let home = value("HOME") else { return nil }
        return "\(home)/\(folder)"
    }
}
