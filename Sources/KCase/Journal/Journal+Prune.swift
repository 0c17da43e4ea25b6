import KCaseJSON
import KCaseSystem

extension Journal {
    /// So many entries are removed in one transaction.
    private static let pruneChunk: Int64 = 10_000

    /// Removes the oldest entries: those before the first of an intent that is unfinished, or was finished at
    /// that time or later. An entry is left in the trail that says so. How many were removed.
    package func prune(before time: WallTime) throws(JournalError) -> Int64 {
        var sum: Int64 = 0
        while true {
            let count = try transact(.usual) { store, _ throws(JournalError) in
                try store.prune(before: time, atMost: Journal.pruneChunk, now: Clock.wall)
            }
            if count == 0 { return sum }
            sum += count
        }
    }
}

extension JournalStore {
    fileprivate func prune(
        before time: WallTime, atMost limit: Int64, now: WallTime
    ) throws(JournalError) -> Int64 {
        let base = try base()
        let head = try head()
        let (end, isTooLarge) = base.count.addingReportingOverflow(limit)
        guard base.count >= 0, !isTooLarge else { throw JournalError("the file is damaged") }
        let last = min(try lastToPrune(time, head), end)
        guard last > base.count, try hasIntent(upTo: last), let hash = try hash(at: last) else { return 0 }
        var json = entry("checkpoint", at: now)
        json.set("pruned_to", last)
        json.set("pruned_hash", HashText.text(hash))
        json.set("count", head.count)
        json.set("hash", HashText.text(head.hash))
        json.endObject()
        try append(json)
        let row = try database.prepare("UPDATE base SET seq = ?, hash = ?")
        try row.bind(last)
        try row.bind(bytes: hash)
        _ = try row.step()
        try remove("DELETE FROM trail WHERE seq <= ?", last)
        try remove("DELETE FROM intent WHERE id <= ?", last)
        return last - base.count
    }

    /// The entry before the first intent that has to stay; if none has, the last of the newest intent.
    private func lastToPrune(_ time: WallTime, _ head: TrailHead) throws(JournalError) -> Int64 {
        let row = try database.prepare(
            "SELECT id FROM intent WHERE outcome IS NULL OR end_at >= ? ORDER BY id LIMIT 1")
        try row.bind(time.millisecondsSince1970)
        if try row.step() { return max(row.integer(0), 1) - 1 }
        let newest = try database.prepare("SELECT max(max(id), max(end_seq)) FROM intent")
        return try newest.step() ? min(newest.integer(0), head.count) : 0
    }

    /// Without one there is nothing to remove but entries that tell of earlier removals.
    private func hasIntent(upTo last: Int64) throws(JournalError) -> Bool {
        let row = try database.prepare("SELECT 1 FROM intent WHERE id <= ? LIMIT 1")
        try row.bind(last)
        return try row.step()
    }

    private func hash(at place: Int64) throws(JournalError) -> [UInt8]? {
        let row = try database.prepare("SELECT hash FROM trail WHERE seq = ?")
        try row.bind(place)
        return try row.step() ? row.bytes(0) : nil
    }

    private func remove(_ sql: StaticString, _ last: Int64) throws(JournalError) {
        let row = try database.prepare(sql)
        try row.bind(last)
        _ = try row.step()
    }
}
