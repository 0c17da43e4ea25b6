import CKCase

/// A journal of the library, asked without a client.
struct Journal {
    let path: String

    /// One page of records. - Parameter filter: JSON, as kcase_history() takes it.
    func history(_ filter: String) -> CaseResult? {
        kcase_history(path, filter).map(CaseResult.init)
    }

    func head() -> CaseResult? {
        kcase_journal_head(path).map(CaseResult.init)
    }

    /// - Parameter expected: a head that was kept elsewhere, as JSON.
    func verify(_ expected: String?) -> CaseResult? {
        kcase_journal_verify(path, expected).map(CaseResult.init)
    }

    /// Where runs over lists keep theirs, unless the settings say otherwise.
    static let usualName = "journal.db"

    static var usualPath: String? {
        StateFolder.path(usualName)
    }
}
