import CSQLite
import KCaseSystem

/// A connection to a database file. Its user is inside `ForkGate` and alone with it.
final class Database {
    private let connection: OpaquePointer

    private init(_ connection: OpaquePointer) { self.connection = connection }

    deinit { sqlite3_close_v2(connection) }

    /// What could not be opened is tried again.
    static var isAvailable: Bool { kc_sqlite_is_there() != 0 }

    /// About what opening libsqlite3 takes.
    private static let libraryBytes = 2 << 20

    /// "3.40.1"; nil where there is no SQLite.
    static var version: String? {
        guard isAvailable, let text = sqlite3_libversion() else { return nil }
        return String(cString: text)
    }

    /// Opens a file that is there.
    static func open(_ path: String) throws(JournalError) -> Database {
        // A failure that has passed by now is none: only the second says that the library is missing.
        guard isAvailable || isAvailable else {
            guard Shortage.hasMemory(libraryBytes) else { throw .lacking(.memory) }
            throw JournalError("libsqlite3.so.0 could not be loaded on this machine")
        }
        var connection: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE
        let code = path.withCString { sqlite3_open_v2($0, &connection, flags, nil) }
        guard let connection else { throw .lacking(.memory) }
        let database = Database(connection)
        guard code == SQLITE_OK else { throw database.error }
        sqlite3_extended_result_codes(connection, 1)
        sqlite3_busy_timeout(connection, busyMilliseconds)
        return database
    }

    /// How long a foreign program may keep the file: those of kcase wait for each other elsewhere.
    private static let busyMilliseconds: Int32 = 5000

    func run(_ sql: StaticString) throws(JournalError) {
        let statement = try prepare(sql)
        while try statement.step() {}
    }

    func prepare(_ sql: StaticString) throws(JournalError) -> Statement {
        var handle: OpaquePointer?
        guard sqlite3_prepare_v2(connection, cText(sql), -1, &handle, nil) == SQLITE_OK, let handle else {
            throw error
        }
        return Statement(handle, self)
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    /// How many rows the last statement changed.
    var changes: Int32 { sqlite3_changes(connection) }

    /// What went wrong last.
    var error: JournalError { JournalError(sqliteCode: sqlite3_extended_errcode(connection)) }
}

extension JournalError {
    fileprivate init(sqliteCode code: Int32) {
        let lacksMemory = code & 0xFF == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM
        let text: StaticString =
            switch code & 0xFF {
            case SQLITE_FULL: "the disk is full"
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: "the file may not be written"
            case SQLITE_CANTOPEN: "the file cannot be opened"
            case SQLITE_CORRUPT: "the file is damaged"
            case SQLITE_NOTADB: "the file is no journal: it is not an SQLite database"
            case SQLITE_BUSY, SQLITE_LOCKED: "another program keeps the file locked"
            case SQLITE_IOERR: "the disk does not read, write or sync"
            default: "SQLite reports an error"
            }
        let isLasting = [SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF)
        self.init(
            (lacksMemory ? Shortage.memory.text : text.text) + " (SQLite " + decimal(code) + ")",
            isLasting: isLasting && !lacksMemory, shortage: lacksMemory ? .memory : nil, code: code)
    }
}
