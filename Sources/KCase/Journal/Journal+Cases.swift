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
        _ findings: [Finding], _ wishes: [Wish], service: String, until deadline: Instant
    ) throws(JournalError) -> Answers {
        do throws(JournalError) {
            return try settlingDebts(service: service, until: deadline) {
                (store, asker) throws(JournalError) in
                var recordings: [Recording] = []
                for finding in findings { recordings.append(try store.finish(finding, now: asker.now)) }
                var grants: [Grant] = []
                for wish in wishes { grants.append(try store.grant(wish, asker)) }
                return Answers(recordings: recordings, grants: grants)
            }
        } catch {
            owe(findings.map { $0.intent })
            throw error
        }
    }

    /// Leaves intents to whoever comes next: now, or when something can be written again, or when the process
    /// ends.
    package func release(_ intents: [Intent], service: String) {
        guard !intents.isEmpty else { return }
        owe(intents)
        try? settlingDebts(service: service, until: Clock.now + Journal.waitMin) {
            (_, _) throws(JournalError) in
        }
    }

    /// The place of the last entry.
    package func lastEntry() throws(JournalError) -> Int64 {
        try transact(toWrite: false, until: Clock.now + Journal.waitMin) { store, _ throws(JournalError) in
            try store.head().count
        }
    }

    /// Takes over unfinished intents: see `JournalStore.claim`.
    package func claim(
        after first: Int64, upTo last: Int64, limit: Int, service: String
    ) throws(JournalError) -> (orphans: [Orphan], lookedAt: Int64) {
        try settlingDebts(service: service, until: Clock.now + Journal.waitMin) {
            (store, asker) throws(JournalError) in
            try store.claim(after: first, upTo: last, limit: limit, asker)
        }
    }

    /// Also releases what the process owes.
    private func settlingDebts<Output>(
        service: String, until deadline: Instant,
        _ body: (JournalStore, JournalStore.Asker) throws(JournalError) -> Output
    ) throws(JournalError) -> Output {
        var released = 0
        let output = try transact(until: deadline) { store, locks throws(JournalError) in
            let owner = try worker.number(store, locks)
            released = 0
            for intent in worker.unreleased {
                try store.release(intent)
                released += 1
            }
            return try body(
                store, JournalStore.Asker(service: service, owner: owner, locks: locks, now: Clock.wall))
        }
        hasCommitted(released)
        return output
    }
}
