import KCaseSystem

/// Why the journal cannot be read or written.
package struct JournalError: Error {
    /// What is wrong, as part of a sentence: "the disk is full".
    package let text: String
    /// Whether the journal is not to be used any more by this process.
    let isLasting: Bool
    /// SQLite's own number for it; 0 if it is not SQLite's.
    let code: Int32

    init(_ text: StaticString, isLasting: Bool = false, code: Int32 = 0) {
        self.text = text.text
        self.isLasting = isLasting
        self.code = code
    }

    init(_ text: String, isLasting: Bool, code: Int32) {
        self.text = text
        self.isLasting = isLasting
        self.code = code
    }

    static var closed: JournalError {
        JournalError(
            "the host has closed the journal's files, or somebody has replaced them", isLasting: true)
    }

    static var outOfResources: JournalError {
        JournalError("the machine is short of memory or descriptors")
    }
}
