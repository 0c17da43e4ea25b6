import KCaseSystem

/// What those do who cancel cases. Each function is one transaction.
extension Journal {
    /// What came of findings and wishes, one for each.
    package struct Answers {
        package let recordings: [Recording]
        package let grants: [Grant]
    }

    /// Writes findings down, and the intents of wishes: what is granted may be sent from now on, and nothing
    /// else. Where this throws, nothing was written, and the findings' intents stay unfinished.
    package func commit(
        _ findings: [Finding], _ wishes: [Wish], service: String, _ lockWait: LockWait
    ) throws(JournalError) -> Answers {
        var recordings: [Recording] = []
        var grants: [Grant] = []
        do throws(JournalError) {
            try settlingDebts(service: service, lockWait) { (store, asker) throws(JournalError) in
                for finding in findings { recordings.append(try store.finish(finding, now: asker.now)) }
                for wish in wishes { grants.append(try store.grant(wish, asker)) }
            }
        } catch {
            owe(findings.map { $0.intent })
            throw error
        }
        return Answers(recordings: recordings, grants: grants)
    }

    /// Leaves intents to whoever comes next: now, or when something can be written again, or when the process
    /// ends.
    package func release(_ intents: [Intent], service: String) {
        guard !intents.isEmpty else { return }
        owe(intents)
        try? settlingDebts(service: service, .short) {
            (_, _) throws(JournalError) in
        }
    }

    /// The place of the last entry.
    package func lastEntry() throws(JournalError) -> Int64 {
        try transact(toWrite: false, .usual) { store, _ throws(JournalError) in
            try store.head().count
        }
    }

    /// Takes over unfinished intents: see `JournalStore.claim`.
    package func claim(
        after first: Int64, upTo last: Int64, limit: Int, service: String, _ lockWait: LockWait
    ) throws(JournalError) -> (orphans: [Orphan], lookedAt: Int64) {
        var claimed: (orphans: [Orphan], lookedAt: Int64) = ([], last)
        try settlingDebts(service: service, lockWait) { (store, asker) throws(JournalError) in
            claimed = try store.claim(after: first, upTo: last, limit: limit, asker)
        }
        return claimed
    }

    /// Also releases what the process owes.
    private func settlingDebts(
        service: String, _ lockWait: LockWait,
        _ body: (JournalStore, JournalStore.Asker) throws(JournalError) -> Void
    ) throws(JournalError) {
        var released: [Intent] = []
        try transact(lockWait) { store, locks throws(JournalError) in
            let owner = try worker.number(store, locks)
            released = worker.unreleased
            for intent in released { try store.release(intent) }
            try body(store, JournalStore.Asker(service: service, owner: owner, locks: locks, now: Clock.wall))
        }
        hasCommitted(released)
    }
}
