import CSQLite
import KCaseSystem

/// A prepared statement. It is bound, stepped through, and reset before it is bound again.
final class Statement {
    private let handle: OpaquePointer
    private let database: Database
    private var place: Int32 = 0

    init(_ handle: OpaquePointer, _ database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(handle) }

    // MARK: - Parameters, one after another

    func bind(_ number: Int64?) throws(JournalError) {
        place += 1
        if let number {
            try check(sqlite3_bind_int64(handle, place, number))
        } else {
            try check(sqlite3_bind_null(handle, place))
        }
    }

    func bind(text: String?) throws(JournalError) {
        guard var text else { return try bind(nil) }
        place += 1
        let code = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                kc_sqlite_bind_text(handle, place, $0.baseAddress ?? cText(""), Int32(clamping: $0.count))
            }
        }
        try check(code)
    }

    func bind(bytes: [UInt8]) throws(JournalError) {
        place += 1
        let code = bytes.withUnsafeBytes {
            kc_sqlite_bind_blob(handle, place, $0.baseAddress, Int32(clamping: $0.count))
        }
        try check(code)
    }

    /// Bytes that stay where they are until the statement is reset: they are not copied.
    func bind(kept bytes: UnsafeBufferPointer<UInt8>) throws(JournalError) {
        place += 1
        try check(sqlite3_bind_blob(handle, place, bytes.baseAddress, Int32(clamping: bytes.count), nil))
    }

    func bind(word: StaticString) throws(JournalError) {
        place += 1
        try check(
            sqlite3_bind_text(handle, place, cText(word), Int32(clamping: word.utf8CodeUnitCount), nil))
    }

    private func check(_ code: Int32) throws(JournalError) {
        guard code == SQLITE_OK else { throw database.error }
    }

    // MARK: - Rows

    /// Whether there is a row, or one more.
    func step() throws(JournalError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw database.error
        }
    }

    /// Makes it ready for other parameters.
    func reset() {
        sqlite3_reset(handle)
        place = 0
    }

    // MARK: - Columns of the row, from 0

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String? {
        isNull(column) ? nil : withBytes(column) { String(decoding: $0, as: UTF8.self) }
    }

    func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    /// The bytes are good until the next step or reset.
    func withBytes<Output>(_ column: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output {
        let start = sqlite3_column_blob(handle, column)
        let count = start == nil ? 0 : max(Int(sqlite3_column_bytes(handle, column)), 0)
        return body(UnsafeRawBufferPointer(start: start, count: count).bindMemory(to: UInt8.self))
    }
}
