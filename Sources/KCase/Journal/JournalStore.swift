import KCaseJSON
import KCaseSystem

/// The journal's tables, within a transaction that somebody else begins and ends.
final class JournalStore {
    let database: Database
    /// As of the transaction.
    private var knownHead: TrailHead?

    private var versionRow: Statement?
    private var headRow: Statement?
    private var baseRow: Statement?
    private var ownersRow: Statement?
    private var entryInsertion: Statement?
    private var beginning: Statement?
    private var reading: Statement?
    private var end: Statement?
    /// Statements of the extensions, prepared when they are first needed.
    var statements = IntentStatements()

    init(_ database: Database) { self.database = database }

    // MARK: - The transaction

    /// One that is to write says so at once: one that finds out later may be refused.
    func begin(toWrite: Bool) throws(JournalError) {
        knownHead = nil
        try run(toWrite ? prepared(&beginning, "BEGIN IMMEDIATE") : prepared(&reading, "BEGIN"))
    }

    /// A process with a newer version of the library may have changed the tables while this one has them
    /// open: what they hold since might be misread.
    func checkVersion() throws(JournalError) {
        let row = try prepared(&versionRow, "PRAGMA user_version")
        defer { row.reset() }
        guard try row.step(), row.integer(0) == Schema.version else { throw Schema.isNewer }
    }

    /// What was written is on the disk then.
    func commit() throws(JournalError) { try run(prepared(&end, "COMMIT")) }

    /// Whether nothing is left of the transaction.
    func rollBack() -> Bool {
        if database.isInTransaction { try? database.run("ROLLBACK") }
        return !database.isInTransaction
    }

    private func run(_ statement: Statement) throws(JournalError) {
        defer { statement.reset() }
        _ = try statement.step()
    }

    // MARK: - The trail

    func head() throws(JournalError) -> TrailHead {
        if let knownHead { return knownHead }
        var head = try lastEntry()
        if head == nil { head = try base() }
        guard let head else { throw JournalError("the file is damaged") }
        knownHead = head
        return head
    }

    private func lastEntry() throws(JournalError) -> TrailHead? {
        let row = try prepared(&headRow, "SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1")
        defer { row.reset() }
        return try row.step() ? try JournalStore.head(row) : nil
    }

    /// What was pruned.
    func base() throws(JournalError) -> TrailHead {
        let row = try prepared(&baseRow, "SELECT seq, hash FROM base")
        defer { row.reset() }
        guard try row.step() else { throw JournalError("the file is damaged") }
        return try JournalStore.head(row)
    }

    private static func head(_ row: Statement) throws(JournalError) -> TrailHead {
        let hash = row.bytes(1)
        guard hash.count == Trail.hashBytes else { throw JournalError("the file is damaged") }
        return TrailHead(count: row.integer(0), hash: hash)
    }

    // MARK: - Owners

    /// How many owners there were.
    func owners() throws(JournalError) -> Int64 {
        let row = try prepared(&ownersRow, "SELECT owners FROM base")
        defer { row.reset() }
        return try row.step() ? row.integer(0) : 0
    }

    func set(owners: Int64) throws(JournalError) {
        let row = try database.prepare("UPDATE base SET owners = ?")
        try row.bind(owners)
        _ = try row.step()
    }

    // MARK: - Appending

    /// Appends an entry; its place.
    @discardableResult
    func append(_ entry: borrowing JSONWriter) throws(JournalError) -> Int64 {
        let place = try entry.withText { (text) throws(JournalError) in try append(text) }
        guard let place else { throw .outOfResources }
        return place
    }

    private func append(_ entry: UnsafeBufferPointer<UInt8>) throws(JournalError) -> Int64 {
        let last = try head()
        let (place, isTooLarge) = last.count.addingReportingOverflow(1)
        guard !isTooLarge else { throw JournalError("the file is damaged") }
        guard let hash = Trail.hash(entry, at: place, after: last.hash) else { throw .noHash }
        let row = try prepared(&entryInsertion, "INSERT INTO trail VALUES (?, ?, ?)")
        defer { row.reset() }
        try row.bind(place)
        try row.bind(kept: entry)
        try row.bind(bytes: hash)
        _ = try row.step()
        knownHead = TrailHead(count: place, hash: hash)
        return place
    }

    /// An entry of a kind, begun.
    func entry(_ kind: StaticString, at time: WallTime) -> JSONWriter {
        var json = JSONWriter()
        json.beginObject()
        json.set("entry", word: kind)
        json.set("at", Timestamp(time))
        return json
    }

    // MARK: - Statements

    func prepared(_ statement: inout Statement?, _ sql: StaticString) throws(JournalError) -> Statement {
        if let statement { return statement }
        let new = try database.prepare(sql)
        statement = new
        return new
    }
}

/// The statements of what is done to intents.
struct IntentStatements {
    var byKey: Statement?
    var byCase: Statement?
    var outcome: Statement?
    var canceled: Statement?
    var insertion: Statement?
    var takeover: Statement?
    var finish: Statement?
    var release: Statement?
    var unfinished: Statement?
    var indexedIntent: Statement?
    var indexedOutcome: Statement?
}
