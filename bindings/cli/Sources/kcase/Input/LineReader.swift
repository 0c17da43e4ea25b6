/// A list with a row on each line: plain ids, or ids at fixed places.
struct LineReader: ListReader {
    private let source: TextSource
    private let positions: ClosedRange<Int>?
    private var line: [UInt8] = []

    init(_ source: TextSource, positions: ClosedRange<Int>? = nil) {
        self.source = source
        self.positions = positions
    }

    mutating func next(into row: inout ListRow) throws -> Bool {
        while try nextLine(into: &row) {
            if row.field.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            if let positions { try cut(&row, to: positions) }
            return true
        }
        return false
    }

    /// One whole line, without its end.
    mutating func nextLine(into row: inout ListRow) throws -> Bool {
        row.line = source.line
        row.field.removeAll(keepingCapacity: true)
        guard var byte = try source.next() else { return false }
        var hasNUL = false
        while byte != 0x0A {
            // DOS ended its files with this character.
            if byte == 0x1A {
                guard let after = try source.next() else { return !row.field.isEmpty }
                row.field.append(byte)
                byte = after
                continue
            }
            if byte == 0 { hasNUL = true }
            if row.field.count == rowBytesMax {
                throw RowError(line: row.line, reason: "longer than \(rowBytesMax) bytes", isFatal: true)
            }
            row.field.append(byte)
            guard let after = try source.next() else { break }
            byte = after
        }
        if hasNUL { throw RowError(line: row.line, reason: "a NUL character; this is not a text") }
        return true
    }

    /// The id must fill its field: what touches its edges would make it part of something longer.
    private func cut(_ row: inout ListRow, to positions: ClosedRange<Int>) throws(RowError) {
        // Characters, not bytes: a name before the id may have letters of two bytes.
        let text = Array(String(decoding: row.field, as: UTF8.self).unicodeScalars)
        if text.count < positions.lowerBound {
            throw RowError(line: row.line, reason: "shorter than position \(positions.lowerBound)")
        }
        let last = min(positions.upperBound, text.count)
        let touchesBefore = positions.lowerBound > 1 && !isBlank(text[positions.lowerBound - 2])
        if touchesBefore || last < text.count && !isBlank(text[last]) {
            let reason = "positions \(positions.lowerBound)-\(positions.upperBound) cut through a word"
            throw RowError(line: row.line, reason: reason)
        }
        var field = String.UnicodeScalarView()
        field.append(contentsOf: text[(positions.lowerBound - 1)..<last])
        row.field = Array(String(field).utf8)
    }

    private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t"
    }
}
