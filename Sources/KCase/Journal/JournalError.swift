import KCaseSystem

/// Why the journal cannot be read or written.
package struct JournalError: Error {
    /// What is wrong, as part of a sentence: "the disk is full".
    package let text: String
    /// Whether the journal is not to be used any more by this process.
    let isLasting: Bool
    /// What this machine lacks, where nothing else is wrong.
    package let shortage: Shortage?
    /// SQLite's own number for it; 0 if it is not SQLite's.
    let code: Int32

    init(_ text: StaticString, isLasting: Bool = false, code: Int32 = 0) {
        self.init(text.text, isLasting: isLasting, code: code)
    }

    init(_ text: String, isLasting: Bool, shortage: Shortage? = nil, code: Int32) {
        self.text = text
        self.isLasting = isLasting
        self.shortage = shortage
        self.code = code
    }

    static var closed: JournalError {
        JournalError(
            "the host has closed the journal's files, or somebody has replaced them", isLasting: true)
    }

    static var outOfResources: JournalError { lacking(.present) }

    static func lacking(_ shortage: Shortage) -> JournalError {
        JournalError(shortage.text, isLasting: false, shortage: shortage, code: 0)
    }
}
