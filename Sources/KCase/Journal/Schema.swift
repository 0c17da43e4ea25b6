import KCaseSystem

/// The tables, and how those of an older version become those of this one. docs/journal.md describes them.
enum Schema {
    /// SQLite's application_id of a journal: "kcsj" in ASCII.
    static let application: Int64 = 0x6B63_736A
    static let version: Int64 = 2

    /// What every connection is told. A commit has reached the disk when it returns; nothing is mapped into
    /// memory, where a damaged disk would be the host's crash; what a file says does not run code.
    static var settings: [StaticString] {
        [
            "PRAGMA trusted_schema = OFF", "PRAGMA journal_mode = TRUNCATE", "PRAGMA synchronous = EXTRA",
            "PRAGMA secure_delete = ON", "PRAGMA mmap_size = 0", "PRAGMA cache_size = -1024",
            "PRAGMA temp_store = MEMORY",
        ]
    }

    /// Whether the file is in the mode that the settings ask for: another connection may keep it in its own.
    static func isInMode(_ database: Database) throws(JournalError) -> Bool {
        let mode = try database.prepare("PRAGMA journal_mode")
        guard try mode.step() else { return false }
        return mode.withBytes(0) { $0.elementsEqual(StaticString("truncate").bytes) }
    }

    /// The steps from each version to the next, from 0: an empty file. Each ends with its version's number.
    private static var steps: [[StaticString]] {
        [
            [
                "PRAGMA application_id = 0x6B63736A",
                """
                CREATE TABLE trail (
                  seq INTEGER PRIMARY KEY,  -- 1, 2, 3, ... without gaps
                  entry BLOB NOT NULL,      -- JSON; the bytes that are hashed
                  hash BLOB NOT NULL        -- SHA-256 over the hash before, seq and entry
                )
                """,
                """
                CREATE TABLE base (
                  seq INTEGER NOT NULL,     -- the last entry that was pruned; 0: none was
                  hash BLOB NOT NULL,       -- its hash; of a new journal: 32 random bytes
                  owners INTEGER NOT NULL   -- how many owners there were
                )
                """,
                "INSERT INTO base VALUES (0, randomblob(32), 0)",
                """
                CREATE TABLE intent (
                  id INTEGER PRIMARY KEY,   -- the seq of the entry that began it
                  service TEXT NOT NULL,    -- the base URL
                  case_key TEXT NOT NULL,   -- the case's id, its ASCII letters small
                  case_id TEXT NOT NULL,    -- the case's id as it was given
                  intent_key TEXT,
                  tag TEXT,
                  at INTEGER NOT NULL,      -- when it began, in ms since 1970
                  owner INTEGER NOT NULL,   -- whose byte of the lock file; 0: nobody's
                  epoch INTEGER NOT NULL,   -- 1, and one more with each owner
                  outcome TEXT,             -- null: unfinished
                  settled INTEGER,
                  end_seq INTEGER,          -- the seq of the entry that finished it
                  end_at INTEGER
                )
                """,
                "CREATE INDEX intent_by_case ON intent (case_key, id)",
                "CREATE INDEX intent_by_key ON intent (intent_key, id) WHERE intent_key IS NOT NULL",
                "CREATE INDEX intent_by_tag ON intent (tag, id) WHERE tag IS NOT NULL",
                "CREATE INDEX intent_unfinished ON intent (id) WHERE outcome IS NULL",
                "PRAGMA user_version = 1",
            ],
            [
                // JSON: what of the case it is about; null: the whole case.
                "ALTER TABLE intent ADD COLUMN part TEXT",
                "PRAGMA user_version = 2",
            ],
        ]
    }

    /// Makes the tables of an empty file, or brings older ones up to date. Within a transaction.
    static func prepare(_ database: Database) throws(JournalError) {
        let found = try number("PRAGMA user_version", database)
        let kind = try number("PRAGMA application_id", database)
        let isEmpty = try number("SELECT count(*) FROM sqlite_master", database) == 0
        guard isEmpty || kind == application else {
            throw JournalError("the file is no journal: it is another program's database")
        }
        guard found <= version else { throw isNewer }
        guard found >= 0, isEmpty == (found == 0) else { throw JournalError("the file is damaged") }
        for step in steps[Int(found)...] {
            for sql in step { try database.run(sql) }
        }
    }

    static var isNewer: JournalError { JournalError("the file was written by a newer version of kcase") }

    private static func number(_ sql: StaticString, _ database: Database) throws(JournalError) -> Int64 {
        let statement = try database.prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }
}
