import KCaseSystem

/// A client's use of its journal within one process: for one service, and opened when it is first needed.
package final class Ledger {
    private let settings: JournalSettings
    private let service: String
    private let lease = Locked<JournalLease?>(nil)

    package init(_ settings: JournalSettings, service: String) {
        self.settings = settings
        self.service = service
    }

    private func journal() throws(JournalError) -> Journal {
        let result: Result<Journal, JournalError> = lease.withLock { lease in
            if let lease { return .success(lease.journal) }
            do throws(JournalError) {
                let new = try JournalLease.make(settings)
                lease = new
                return .success(new.journal)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Whether the journal can be written.
    package func check() throws(JournalError) { try journal().check() }

    /// See `Journal.commit`.
    package func commit(
        _ findings: [Finding], _ wishes: [Wish], _ lockWait: LockWait
    ) throws(JournalError) -> Journal.Answers {
        try journal().commit(findings, wishes, service: service, lockWait)
    }

    /// See `Journal.release`.
    package func release(_ intents: [Intent]) {
        if let journal = try? journal() { journal.release(intents, service: service) }
    }

    package func lastEntry() throws(JournalError) -> Int64 { try journal().lastEntry() }

    /// See `Journal.claim`.
    package func claim(
        after first: Int64, upTo last: Int64, limit: Int, _ lockWait: LockWait
    ) throws(JournalError) -> (orphans: [Orphan], lookedAt: Int64) {
        try journal().claim(after: first, upTo: last, limit: limit, service: service, lockWait)
    }
}
