/// A list with columns: comma, semicolon, tab or bar between them, quotation marks around what holds one.
struct ColumnReader: ListReader {
    private let source: TextSource
    private let wanted: ListFormat.Column
    private var separator: UInt8?
    /// The wanted column, from 0.
    private var index: Int?
    private var columns: Int?
    private var fields: [[UInt8]] = []
    private var used = 0

    static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09, UInt8(ascii: "|")]

    init(_ source: TextSource, column: ListFormat.Column, separator: UInt8?) {
        self.source = source
        self.wanted = column
        self.separator = separator
    }

    mutating func next(into row: inout ListRow) throws -> Bool {
        var isRead = false
        if index == nil {
            repeat {
                guard try firstRecord(into: &row) else { return false }
            } while isBlank
            isRead = try findColumn(line: row.line)
        }
        while true {
            if !isRead, try !record(into: &row) { return false }
            isRead = false
            if isBlank { continue }
            guard let index, index < used else {
                throw RowError(line: row.line, reason: "only \(used) of the columns, and no case id")
            }
            // A field more than the header has: a separator without quotation marks has moved the others.
            if let columns, used > columns, !fields[columns..<used].allSatisfy(\.isEmpty) {
                throw RowError(line: row.line, reason: "\(used) fields, and the header names \(columns)")
            }
            swap(&row.field, &fields[index])
            return true
        }
    }

    private var isBlank: Bool {
        fields[..<used].allSatisfy { $0.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    }

    // MARK: - The first row

    /// Reads the first row. A line "sep=;", as spreadsheets write it, says what the separator is. Otherwise
    /// it is the one that stands in the row most often and with which the wanted column is there.
    private mutating func firstRecord(into row: inout ListRow) throws -> Bool {
        if separator != nil { return try record(into: &row) }
        var lines = LineReader(source)
        guard try lines.nextLine(into: &row) else { return false }
        if row.field.count == 5, row.field.starts(with: "sep=".utf8) {
            separator = row.field[4]
            return try record(into: &row)
        }
        let candidates = try separatorsByFrequency(in: row)
        for candidate in candidates {
            try split(row, at: candidate)
            if hasWantedColumn { return true }
        }
        try split(row, at: candidates[0])
        return true
    }

    private mutating func split(_ row: ListRow, at separator: UInt8) throws(RowError) {
        self.separator = separator
        var splitter = FieldSplitter(separator: separator)
        used = 0
        for byte in row.field { try take(splitter.take(byte), line: row.line) }
        try take(splitter.take(nil), line: row.line)
    }

    private var hasWantedColumn: Bool {
        switch wanted {
        case .named(let name):
            fields[..<used].contains { headerName($0).lowercased() == name.lowercased() }
        case .number(let number):
            number <= used && IDRule(anyID: false).isUUID(fields[number - 1])
        }
    }

    private func separatorsByFrequency(in row: ListRow) throws(RowError) -> [UInt8] {
        var counts = [0, 0, 0, 0]
        var isQuoted = false
        for byte in row.field {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, let which = ColumnReader.separators.firstIndex(of: byte) { counts[which] += 1 }
        }
        if isQuoted {
            let reason = "a quotation mark without its end; if the field has several lines, say --separator"
            throw RowError(line: row.line, reason: reason, isFatal: true)
        }
        return counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }.map {
            ColumnReader.separators[$0]
        }
    }

    /// Whether the first row is data: it is the header if the column is named.
    private mutating func findColumn(line: Int) throws(RowError) -> Bool {
        switch wanted {
        case .number(let number):
            index = number - 1
            return true
        case .named(let name):
            let names = fields[..<used].map(headerName)
            columns = used
            let exact = names.indices.filter { names[$0] == name }
            let similar = names.indices.filter { names[$0].lowercased() == name.lowercased() }
            let found = exact.isEmpty ? similar : exact
            guard let only = found.first else {
                let list = names.prefix(20).map { printable($0) }.joined(separator: ", ")
                let reason = "no column \"\(name)\"; the columns are: \(list)"
                throw RowError(line: line, reason: reason, isFatal: true)
            }
            if found.count > 1 {
                throw RowError(line: line, reason: "\(found.count) columns \"\(name)\"", isFatal: true)
            }
            index = only
            return false
        }
    }

    private func headerName(_ field: [UInt8]) -> String {
        var name = Substring(String(decoding: field, as: UTF8.self))
        while let first = name.first, first.isWhitespace { name.removeFirst() }
        while let last = name.last, last.isWhitespace { name.removeLast() }
        return String(name)
    }

    // MARK: - Rows

    /// One row, which may go over several lines. Fills fields[..<used].
    private mutating func record(into row: inout ListRow) throws -> Bool {
        used = 0
        row.line = source.line
        guard var byte = try source.next() else { return false }
        if byte == 0x1A, try source.next() == nil { return false }
        var splitter = FieldSplitter(separator: separator ?? UInt8(ascii: ","))
        var bytes = 0
        while byte != 0x0A || splitter.isQuoted {
            bytes += 1
            if bytes > rowBytesMax {
                let reason =
                    splitter.isQuoted
                    ? "a quotation mark without its end" : "longer than \(rowBytesMax) bytes"
                throw RowError(line: row.line, reason: reason, isFatal: true)
            }
            try take(splitter.take(byte), line: row.line)
            guard let after = try source.next() else { break }
            byte = after
        }
        if splitter.isQuoted {
            throw RowError(line: row.line, reason: "a quotation mark without its end", isFatal: true)
        }
        try take(splitter.take(nil), line: row.line)
        return true
    }

    private mutating func take(_ step: FieldSplitter.Step, line: Int) throws(RowError) {
        switch step {
        case .byte(let byte):
            if used == 0 { beginField() }
            fields[used - 1].append(byte)
        case .nextField:
            if used == 0 { beginField() }
            beginField()
        case .nothing:
            if used == 0 { beginField() }
        case .wrong(let reason):
            throw RowError(line: line, reason: reason, isFatal: true)
        }
    }

    private mutating func beginField() {
        if used == fields.count { fields.append([]) } else { fields[used].removeAll(keepingCapacity: true) }
        used += 1
    }
}

/// Takes a row apart, byte by byte.
struct FieldSplitter {
    enum Step {
        case byte(UInt8)
        case nextField
        case nothing
        case wrong(String)
    }

    private enum State {
        case start, plain, quoted, afterQuote
    }

    let separator: UInt8
    private var state = State.start

    init(separator: UInt8) {
        self.separator = separator
    }

    /// Inside quotation marks, where a line end belongs to the field.
    var isQuoted: Bool { state == .quoted }

    /// - Parameter byte: nil at the end of the row.
    mutating func take(_ byte: UInt8?) -> Step {
        guard let byte else { return .nothing }
        if byte == 0 { return .wrong("a NUL character; this is not a text") }
        let quotationMark = UInt8(ascii: "\"")
        switch state {
        case .start where byte == quotationMark:
            state = .quoted
            return .nothing
        case .start, .plain:
            if byte == separator {
                state = .start
                return .nextField
            }
            state = .plain
            return .byte(byte)
        case .quoted:
            if byte != quotationMark { return .byte(byte) }
            state = .afterQuote
            return .nothing
        case .afterQuote:
            if byte == quotationMark {
                state = .quoted
                return .byte(byte)
            }
            if byte == separator {
                state = .start
                return .nextField
            }
            if byte == 0x20 { return .nothing }
            return .wrong("a quotation mark inside a field; write it twice, or end the field after it")
        }
    }
}
