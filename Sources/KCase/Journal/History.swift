import KCaseJSON
import KCaseSystem

/// Which intents a history is about.
package struct HistoryFilter {
    var caseKey: String?
    var tag: String?
    /// The name of an outcome, or "unfinished".
    var outcome: String?
    /// When the intent began, in ms since 1970: from, and before.
    var since: Int64?
    var until: Int64?
    var limit: Int64 = 100
    /// Of the page before, the last intent.
    var after: Int64 = 0

    private static let bytesMax = 65_536
    private static let textBytesMax = 256
    private static let limitMax: Int64 = 1000

    private static var keys: [StaticString] {
        ["case_id", "tag", "outcome", "since", "until", "limit", "after"]
    }

    package init(
        _ text: UnsafePointer<CChar>?, outcomes: [StaticString]
    ) throws(InvalidInput) {
        guard
            let reader = try ObjectReader.optional(
                GivenText(text), name: "filter", bytesMax: HistoryFilter.bytesMax, keys: HistoryFilter.keys)
        else { return }
        caseKey = try reader.text("case_id", bytesMax: HistoryFilter.textBytesMax).map { Wish.key($0) }
        tag = try reader.text("tag", bytesMax: HistoryFilter.textBytesMax)
        outcome = try reader.choice("outcome", (outcomes + ["unfinished"]).map { ($0, $0) })?.text
        since = try HistoryFilter.time("since", reader)
        until = try HistoryFilter.time("until", reader)
        limit = try reader.integer("limit", 1...HistoryFilter.limitMax) ?? limit
        after = try reader.integer("after", 0...Int64.max) ?? after
    }

    private static func time(
        _ key: StaticString, _ reader: borrowing ObjectReader
    ) throws(InvalidInput) -> Int64? {
        guard let text = try reader.text(key, bytesMax: textBytesMax) else { return nil }
        let time = Array(text.utf8).withUnsafeBufferPointer { StampText.parse($0) }
        guard let time else {
            throw InvalidInput(key, "must be a time such as \"2026-11-23T15:04:05Z\"")
        }
        return time.millisecondsSince1970
    }
}

/// A page of a history.
package struct HistoryPage {
    /// A JSON array of records.
    package let records: String
    /// What the next page begins after; nil: there is none.
    package let next: Int64?
}

extension Journal {
    /// So many intents are looked through without letting others commit.
    private static let scanMax: Int64 = 20_000

    package func history(_ filter: HistoryFilter) throws(JournalError) -> HistoryPage {
        var json = JSONWriter()
        json.beginArray()
        var rest = filter
        var last: Int64 = 0
        var isOver = false
        while !isOver, rest.limit > 0 {
            isOver = try transact(toWrite: false, .usual) {
                (store, locks) throws(JournalError) in
                // With an index, what is looked through is what is found.
                let isIndexed = rest.caseKey != nil || rest.tag != nil
                let end = isIndexed ? .max : try store.last(ofNext: Journal.scanMax, after: rest.after)
                guard let end else { return true }
                last = try store.records(rest, upTo: end, locks, into: &json, remaining: &rest.limit)
                rest.after = rest.limit > 0 ? end : last
                return try store.last(ofNext: 1, after: rest.after) == nil
            }
        }
        json.endArray()
        guard let records = json.text() else { throw .outOfResources }
        return HistoryPage(records: records, next: isOver || rest.limit > 0 ? nil : rest.after)
    }
}

extension JournalStore {
    /// The last of so many intents; nil if there is none.
    fileprivate func last(ofNext count: Int64, after first: Int64) throws(JournalError) -> Int64? {
        let row = try database.prepare(
            "SELECT max(id) FROM (SELECT id FROM intent WHERE id > ? ORDER BY id LIMIT ?)")
        try row.bind(first)
        try row.bind(count)
        return try row.step() && !row.isNull(0) ? row.integer(0) : nil
    }

    /// Adds the records of a range; the last intent among them.
    func records(
        _ filter: HistoryFilter, upTo last: Int64, _ locks: LockFile, into json: inout JSONWriter,
        remaining: inout Int64
    ) throws(JournalError) -> Int64 {
        let isUnfinished = filter.outcome?.utf8.elementsEqual("unfinished".utf8) ?? false
        let row = try database.prepare(JournalStore.query(filter, isUnfinished: isUnfinished))
        try row.bind(filter.after)
        try row.bind(last)
        try row.bind(text: filter.caseKey)
        try row.bind(text: filter.tag)
        try row.bind(text: isUnfinished ? nil : filter.outcome)
        try row.bind(filter.since)
        try row.bind(filter.until)
        try row.bind(remaining)
        var lastFound = filter.after
        while try row.step() {
            lastFound = row.integer(0)
            remaining -= 1
            try add(row, locks, to: &json)
        }
        return lastFound
    }

    private static func query(_ filter: HistoryFilter, isUnfinished: Bool) -> StaticString {
        if filter.caseKey != nil {
            return """
                SELECT i.*, e.entry FROM intent i LEFT JOIN trail e ON e.seq = i.end_seq
                WHERE i.case_key = ?3 AND i.id > ?1 AND i.id <= ?2 AND (?4 IS NULL OR i.tag = ?4)
                  AND (?5 IS NULL OR i.outcome = ?5) AND (?6 IS NULL OR i.at >= ?6)
                  AND (?7 IS NULL OR i.at < ?7) ORDER BY i.id LIMIT ?8
                """
        }
        if filter.tag != nil {
            return """
                SELECT i.*, e.entry FROM intent i LEFT JOIN trail e ON e.seq = i.end_seq
                WHERE i.tag = ?4 AND i.id > ?1 AND i.id <= ?2 AND ?3 IS NULL
                  AND (?5 IS NULL OR i.outcome = ?5) AND (?6 IS NULL OR i.at >= ?6)
                  AND (?7 IS NULL OR i.at < ?7) ORDER BY i.id LIMIT ?8
                """
        }
        if isUnfinished {
            return """
                SELECT i.*, NULL FROM intent i
                WHERE i.outcome IS NULL AND i.id > ?1 AND i.id <= ?2 AND ?3 IS NULL AND ?4 IS NULL
                  AND ?5 IS NULL AND (?6 IS NULL OR i.at >= ?6)
                  AND (?7 IS NULL OR i.at < ?7) ORDER BY i.id LIMIT ?8
                """
        }
        return """
            SELECT i.*, e.entry FROM intent i LEFT JOIN trail e ON e.seq = i.end_seq
            WHERE i.id > ?1 AND i.id <= ?2 AND ?3 IS NULL AND ?4 IS NULL
              AND (?5 IS NULL OR i.outcome = ?5) AND (?6 IS NULL OR i.at >= ?6)
              AND (?7 IS NULL OR i.at < ?7) ORDER BY i.id LIMIT ?8
            """
    }

    /// The columns are those of `intent` in their order, and the entry of the outcome.
    private func add(_ row: Statement, _ locks: LockFile, to json: inout JSONWriter) throws(JournalError) {
        let isFinished = !row.isNull(9)
        let owner = row.integer(7)
        var isAlive = false
        if !isFinished, owner > 0 { isAlive = try locks.isLocked(owner) }
        json.beginObject()
        json.set("id", row.integer(0))
        json.set("case_id", row.text(3))
        if let part = JournalStore.part(row) { json.set("part", json: part) } else { json.setNull("part") }
        json.set("service", row.text(1))
        json.set("intent_key", row.text(4))
        json.set("tag", row.text(5))
        json.set("at", Timestamp(WallTime(millisecondsSince1970: row.integer(6))))
        json.set("epoch", row.integer(8))
        json.set("state", word: isFinished ? "finished" : isAlive ? "in_progress" : "unfinished")
        json.set("outcome", row.text(9))
        if isFinished {
            json.set("settled", row.integer(10) != 0)
            json.set("finished_at", Timestamp(WallTime(millisecondsSince1970: row.integer(12))))
        } else {
            json.setNull("settled")
            json.setNull("finished_at")
        }
        let result = row.withBytes(14) { JournalStore.result(in: $0) }
        if let result { json.set("result", json: result) } else { json.setNull("result") }
        json.endObject()
    }

    /// nil: the whole case; or what is there is damaged.
    private static func part(_ row: Statement) -> String? {
        row.withBytes(13) { text in
            guard !text.isEmpty, (try? JSONDocument(parsing: text)) != nil else { return nil }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// What an entry has of a result; nil if it is not whole.
    private static func result(in entry: UnsafeBufferPointer<UInt8>) -> String? {
        guard let json = JSONSlice(text: entry)?["result"]?.source,
            (try? JSONDocument(parsing: json)) != nil
        else { return nil }
        return String(decoding: json, as: UTF8.self)
    }
}
