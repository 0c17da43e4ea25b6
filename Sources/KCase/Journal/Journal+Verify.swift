import KCaseJSON
import KCaseSystem

extension Journal {
    /// So many entries are looked at without letting others commit.
    private static let chunk: Int64 = 2000

    /// Looks at every entry, from the first to the one that is the last when it begins.
    package func verify(_ expected: ExpectedHead?) throws(JournalError) -> Verification {
        let (base, last) = try read { (store) throws(JournalError) in
            (try store.base(), try store.head().count)
        }
        var walk = TrailWalk(base: base, last: last, expected)
        while !walk.isOver {
            try read { (store) throws(JournalError) in
                guard try store.base().count == base.count else {
                    throw JournalError("it was pruned meanwhile: verify it again")
                }
                try walk.go(Journal.chunk, store)
            }
        }
        try read { (store) throws(JournalError) in try walk.finish(store) }
        return walk.verification
    }

    private func read<Output>(
        _ body: (JournalStore) throws(JournalError) -> Output
    ) throws(JournalError) -> Output {
        try transact(toWrite: false, .usual) { store, _ throws(JournalError) in
            try body(store)
        }
    }
}

/// A walk along the trail, entry by entry.
private struct TrailWalk {
    private(set) var verification: Verification
    private let last: Int64
    private let expected: ExpectedHead?
    private var place: Int64
    private var previous: [UInt8]
    private(set) var isOver = false
    /// Whether an entry tells of the pruning that the trail begins behind.
    private var isBaseTold: Bool
    private var intents: Int64 = 0
    private var outcomes: Int64 = 0

    init(base: TrailHead, last: Int64, _ expected: ExpectedHead?) {
        verification = Verification(base: base)
        self.last = last
        self.expected = expected
        place = base.count
        previous = base.hash
        isBaseTold = base.count == 0
        if let expected {
            if expected.count == base.count {
                compare(base.hash, expected)
            } else if expected.count < base.count {
                verification.headState = .pruned
            }
        }
    }

    private mutating func compare(_ hash: [UInt8], _ expected: ExpectedHead) {
        if hash.elementsEqual(expected.hash) {
            verification.headState = .matches
            verification.anchored = expected.count
        } else {
            verification.headState = .differs
            verification.note(.rewritten, verification.base.count &+ 1, max(expected.count, 1))
        }
    }

    mutating func go(_ count: Int64, _ store: JournalStore) throws(JournalError) {
        let row = try store.database.prepare(
            "SELECT seq, entry, hash FROM trail WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?")
        try row.bind(place)
        try row.bind(last)
        try row.bind(count)
        var found: Int64 = 0
        while try row.step() {
            found += 1
            try look(row, store)
        }
        if found < count { isOver = true }
    }

    private mutating func look(_ row: Statement, _ store: JournalStore) throws(JournalError) {
        let number = row.integer(0)
        let stored = row.bytes(2)
        let computed = row.withBytes(1) { Trail.hash($0, at: number, after: previous) }
        guard let computed else { throw .noHash }
        if number > place &+ 1 {
            verification.note(.missing, place &+ 1, number - 1)
        } else if !computed.elementsEqual(stored) {
            verification.note(.altered, number, number)
        }
        place = number
        // Behind one that is no hash, the trail goes on as if it were the right one.
        previous = stored.count == Trail.hashBytes ? stored : computed
        if let expected, expected.count == number { compare(stored, expected) }
        let entry = row.withBytes(1) { EntryReading($0) }
        let isAsIndexed = try check(entry, number, store)
        if !isAsIndexed { verification.note(.notAsIndexed, number, number) }
    }

    /// Whether the table of intents says the same as the entry.
    private mutating func check(
        _ entry: EntryReading, _ number: Int64, _ store: JournalStore
    ) throws(JournalError) -> Bool {
        switch entry.kind {
        case .intent:
            intents += 1
            return try store.isIndexed(intent: number, entry)
        case .outcome:
            guard let intent = entry.intent, intent > verification.base.count else { return true }
            outcomes += 1
            return try store.isIndexed(
                outcome: entry.outcome, isSettled: entry.isSettled, of: intent, at: number)
        case .checkpoint:
            if entry.prunedTo == verification.base.count,
                entry.prunedHash?.elementsEqual(verification.base.hash) ?? false
            {
                isBaseTold = true
            }
            return true
        case .other:
            return true
        }
    }

    mutating func finish(_ store: JournalStore) throws(JournalError) {
        verification.head = TrailHead(count: place, hash: previous)
        if place < last { verification.note(.missing, place &+ 1, last) }
        if !isBaseTold { verification.note(.missing, 1, verification.base.count) }
        if let expected, expected.count > place {
            verification.headState = .missing
            verification.note(.cutOff, place &+ 1, expected.count)
        }
        // Rows without an entry.
        let (intentRows, outcomeRows) = (try store.intents(upTo: last), try store.outcomes(upTo: last))
        if intentRows != intents || outcomeRows != outcomes {
            verification.note(.notAsIndexed, verification.base.count &+ 1, last)
        }
    }
}

/// What an entry says, as far as the table of intents repeats it.
private struct EntryReading {
    enum Kind {
        case intent, outcome, checkpoint, other
    }

    let kind: Kind
    let intent: Int64?
    let caseID: String?
    let part: String?
    let tag: String?
    let outcome: String?
    let isSettled: Bool
    let prunedTo: Int64?
    let prunedHash: [UInt8]?

    private static let textBytesMax = 4096

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let entry = JSONSlice(text: bytes)
        func text(_ name: StaticString) -> String? {
            entry?[name]?.text?.sound(bytesMax: EntryReading.textBytesMax).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        let name = entry?["entry"]?.text
        kind =
            name?.equals("intent") ?? false
            ? .intent
            : name?.equals("outcome") ?? false
                ? .outcome : name?.equals("checkpoint") ?? false ? .checkpoint : .other
        intent = entry?["intent"]?.integer
        caseID = text("case_id")
        part = entry?["part"].map { String(decoding: $0.source, as: UTF8.self) }
        tag = text("tag")
        outcome = text("outcome")
        isSettled = entry?["settled"]?.boolean ?? false
        prunedTo = entry?["pruned_to"]?.integer
        prunedHash = text("pruned_hash").flatMap { HashText.bytes($0) }
    }
}

extension JournalStore {
    fileprivate func isIndexed(intent: Int64, _ entry: EntryReading) throws(JournalError) -> Bool {
        let row = try prepared(
            &statements.indexedIntent,
            "SELECT 1 FROM intent WHERE id = ? AND case_id IS ? AND part IS ? AND tag IS ?")
        defer { row.reset() }
        try row.bind(intent)
        try row.bind(text: entry.caseID)
        try row.bind(text: entry.part)
        try row.bind(text: entry.tag)
        return try row.step()
    }

    fileprivate func isIndexed(
        outcome: String?, isSettled: Bool, of intent: Int64, at place: Int64
    ) throws(JournalError) -> Bool {
        let row = try prepared(
            &statements.indexedOutcome,
            "SELECT 1 FROM intent WHERE id = ? AND end_seq = ? AND outcome IS ? AND settled = ?")
        defer { row.reset() }
        try row.bind(intent)
        try row.bind(place)
        try row.bind(text: outcome)
        try row.bind(isSettled ? 1 : 0)
        return try row.step()
    }

    fileprivate func intents(upTo last: Int64) throws(JournalError) -> Int64 {
        try number("SELECT count(*) FROM intent WHERE id <= ?", last)
    }

    fileprivate func outcomes(upTo last: Int64) throws(JournalError) -> Int64 {
        try number("SELECT count(*) FROM intent WHERE end_seq <= ?", last)
    }

    private func number(_ sql: StaticString, _ last: Int64) throws(JournalError) -> Int64 {
        let row = try database.prepare(sql)
        try row.bind(last)
        return try row.step() ? row.integer(0) : 0
    }
}
