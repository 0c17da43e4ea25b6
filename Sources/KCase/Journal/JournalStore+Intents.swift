import KCaseJSON
import KCaseSystem

/// What is done to intents. Each is for one case of one service, or a part of it, and of the unfinished ones
/// there is one for each of these at most.
extension JournalStore {
    /// An intent as it stands in its table.
    private struct Row {
        let id: Int64
        let caseKey: String
        let owner: Int64
        let epoch: Int64
        let isFinished: Bool

        /// Of a statement that selects `rowColumns`.
        init(_ statement: Statement) {
            id = statement.integer(0)
            caseKey = statement.text(1) ?? ""
            owner = statement.integer(2)
            epoch = statement.integer(3)
            isFinished = !statement.isNull(4)
        }
    }

    /// Who asks, and how to find out who lives.
    struct Asker {
        let service: String
        let owner: Int64
        let locks: LockFile
        let now: WallTime
    }

    // MARK: - Beginning

    func grant(_ wish: Wish, _ asker: Asker) throws(JournalError) -> Grant {
        if let key = wish.intentKey, let found = try newest(withKey: key, asker) {
            guard found.caseKey.utf8.elementsEqual(wish.caseKey.utf8) else { return .keyOfOtherCase }
        }
        if let found = try unfinished(wish, asker) {
            if try isAlive(found.owner, asker) { return .occupied(by: found.id) }
            return .granted(try takeOver(found.id, found.epoch, asker))
        }
        if try isRecorded(wish, asker) { return .recorded }
        return .granted(try insert(wish, asker))
    }

    private func newest(withKey key: String, _ asker: Asker) throws(JournalError) -> Row? {
        let row = try prepared(
            &statements.byKey,
            """
            SELECT id, case_key, owner, epoch, outcome FROM intent
            WHERE intent_key = ? AND service = ? ORDER BY id DESC LIMIT 1
            """)
        defer { row.reset() }
        try row.bind(text: key)
        try row.bind(text: asker.service)
        return try row.step() ? Row(row) : nil
    }

    private func unfinished(_ wish: Wish, _ asker: Asker) throws(JournalError) -> Row? {
        let row = try prepared(
            &statements.byCase,
            """
            SELECT id, case_key, owner, epoch, outcome FROM intent
            WHERE case_key = ? AND service = ? AND part IS ? AND outcome IS NULL ORDER BY id DESC LIMIT 1
            """)
        defer { row.reset() }
        try row.bind(text: wish.caseKey)
        try row.bind(text: asker.service)
        try row.bind(text: wish.part)
        return try row.step() ? Row(row) : nil
    }

    /// Whether it is canceled by the intent that was waited for, or by an earlier one, if that counts.
    private func isRecorded(_ wish: Wish, _ asker: Asker) throws(JournalError) -> Bool {
        guard wish.usesJournal || wish.awaited != nil else { return false }
        let row = try prepared(
            &statements.canceled,
            """
            SELECT 1 FROM intent
            WHERE case_key = ? AND service = ? AND part IS ?
              AND outcome IN ('canceled', 'already_canceled') AND settled = 1 AND id >= ? LIMIT 1
            """)
        defer { row.reset() }
        try row.bind(text: wish.caseKey)
        try row.bind(text: asker.service)
        try row.bind(text: wish.part)
        try row.bind(wish.usesJournal ? 0 : wish.awaited)
        return try row.step()
    }

    private func insert(_ wish: Wish, _ asker: Asker) throws(JournalError) -> Intent {
        let intent = Intent(id: try head().count &+ 1, epoch: 1)
        var json = entry("intent", at: asker.now)
        json.set("intent", intent.id)
        json.set("case_id", wish.caseID)
        if let part = wish.part { json.set("part", json: part) }
        json.set("service", asker.service)
        json.set("intent_key", wish.intentKey)
        json.set("tag", wish.tag)
        json.set("owner", asker.owner)
        json.endObject()
        try append(json)
        let row = try prepared(
            &statements.insertion,
            """
            INSERT INTO intent (id, service, case_key, case_id, part, intent_key, tag, at, owner, epoch)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
            """)
        defer { row.reset() }
        try row.bind(intent.id)
        try row.bind(text: asker.service)
        try row.bind(text: wish.caseKey)
        try row.bind(text: wish.caseID)
        try row.bind(text: wish.part)
        try row.bind(text: wish.intentKey)
        try row.bind(text: wish.tag)
        try row.bind(asker.now.millisecondsSince1970)
        try row.bind(asker.owner)
        _ = try row.step()
        return intent
    }

    // MARK: - Changing the owner

    private func isAlive(_ owner: Int64, _ asker: Asker) throws(JournalError) -> Bool {
        owner > 0 ? try asker.locks.isLocked(owner) : false
    }

    private func takeOver(_ id: Int64, _ epoch: Int64, _ asker: Asker) throws(JournalError) -> Intent {
        let intent = Intent(id: id, epoch: epoch &+ 1)
        var json = entry("owner", at: asker.now)
        json.set("intent", id)
        json.set("epoch", intent.epoch)
        json.set("owner", asker.owner)
        json.endObject()
        try append(json)
        let row = try prepared(
            &statements.takeover, "UPDATE intent SET owner = ?, epoch = ? WHERE id = ? AND outcome IS NULL")
        defer { row.reset() }
        try row.bind(asker.owner)
        try row.bind(intent.epoch)
        try row.bind(id)
        _ = try row.step()
        return intent
    }

    /// Leaves an intent to whoever comes next.
    func release(_ intent: Intent) throws(JournalError) {
        let row = try prepared(
            &statements.release,
            "UPDATE intent SET owner = 0 WHERE id = ? AND epoch = ? AND outcome IS NULL")
        defer { row.reset() }
        try row.bind(intent.id)
        try row.bind(intent.epoch)
        _ = try row.step()
    }

    /// Takes over up to so many unfinished intents whose owners are gone, and looks no further than `last`.
    /// The caller goes on behind the last one that was looked at.
    func claim(
        after first: Int64, upTo last: Int64, limit: Int, _ asker: Asker
    ) throws(JournalError) -> (orphans: [Orphan], lookedAt: Int64) {
        var found: [(id: Int64, caseID: String, part: String?, tag: String?, owner: Int64, epoch: Int64)] = []
        let row = try prepared(
            &statements.unfinished,
            """
            SELECT id, case_id, part, tag, owner, epoch FROM intent
            WHERE outcome IS NULL AND id > ? AND id <= ? AND service = ? ORDER BY id LIMIT ?
            """)
        defer { row.reset() }
        try row.bind(first)
        try row.bind(last)
        try row.bind(text: asker.service)
        try row.bind(Int64(limit))
        while try row.step() {
            found.append(
                (
                    row.integer(0), row.text(1) ?? "", row.text(2), row.text(3), row.integer(4),
                    row.integer(5)
                ))
        }
        var orphans: [Orphan] = []
        for one in found where try !isAlive(one.owner, asker) {
            orphans.append(
                Orphan(
                    intent: try takeOver(one.id, one.epoch, asker), caseID: one.caseID, part: one.part,
                    tag: one.tag))
        }
        return (orphans, found.last?.id ?? last)
    }

    // MARK: - Finishing

    /// Writes the outcome of an intent, if its owner is still the one that found it.
    func finish(_ finding: Finding, now: WallTime) throws(JournalError) -> Recording {
        let intent = finding.intent
        let row = try prepared(
            &statements.finish,
            """
            UPDATE intent SET outcome = ?, settled = ?, end_seq = ?, end_at = ?, owner = 0
            WHERE id = ? AND epoch = ? AND outcome IS NULL
            """)
        defer { row.reset() }
        try row.bind(word: finding.outcome)
        try row.bind(finding.isSettled ? 1 : 0)
        try row.bind(try head().count &+ 1)
        try row.bind(now.millisecondsSince1970)
        try row.bind(intent.id)
        try row.bind(intent.epoch)
        _ = try row.step()
        guard database.changes == 1 else { return .late(try outcome(of: intent.id)) }
        var json = entry("outcome", at: now)
        json.set("intent", intent.id)
        json.set("epoch", intent.epoch)
        json.set("outcome", word: finding.outcome)
        json.set("settled", finding.isSettled)
        json.beginObject("result")
        finding.writeRecord(&json)
        json.endObject()
        json.endObject()
        try append(json)
        return .written
    }

    private func outcome(of id: Int64) throws(JournalError) -> String? {
        let row = try prepared(&statements.outcome, "SELECT outcome FROM intent WHERE id = ?")
        defer { row.reset() }
        try row.bind(id)
        return try row.step() ? row.text(0) : nil
    }
}
