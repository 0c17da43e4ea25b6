import CSystem

/// Where the journal is.
package struct JournalSettings {
    /// From the root, so that a host that goes to another folder, and its children, find the same file.
    package let path: String
    /// Whether a file system of another machine is taken.
    package let isNetworkAllowed: Bool

    package init(path: String, isNetworkAllowed: Bool) {
        self.path = JournalSettings.absolute(path)
        self.isNetworkAllowed = isNetworkAllowed
    }

    private static func absolute(_ path: String) -> String {
        guard path.utf8.first != UInt8(ascii: "/"), let folder = kc_getcwd() else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}
