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

    /// Why the journal cannot be used.
    /// - Parameter result: what was asked of it; nil: the library has no memory left.
    func failure(_ result: CaseResult?) -> Failure {
        guard let result else { return Failure("\(path): no memory is left", status: .journal) }
        if result.outcome == .invalid { return Failure(result.message) }
        return Failure("\(printable(path)): \(result.message)", status: .journal)
    }

    /// Where runs over lists keep theirs, unless the settings say otherwise.
    static let usualName = "journal.db"

    static var usualPath: String? {
        StateFolder.path(usualName)
    }
}
