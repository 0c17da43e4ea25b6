/// Where the journal is.
package struct JournalSettings {
    package let path: String
    /// Whether a file system of another machine is taken.
    package let isNetworkAllowed: Bool

    package init(path: String, isNetworkAllowed: Bool) {
        self.path = path
        self.isNetworkAllowed = isNetworkAllowed
    }
}
