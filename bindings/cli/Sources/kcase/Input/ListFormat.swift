/// How a list is written and where the ids are in it.
enum ListFormat {
    /// One id on each line.
    case plain
    /// One id on each line, at these places of it, counted from 1.
    case fixed(ClosedRange<Int>)
    /// Columns.
    case columns(Column, separator: UInt8?)
    /// A JSON object on each line; the id is this member. Or a JSON string.
    case ndjson(member: String)

    /// Where the ids are.
    var place: IDPlace {
        switch self {
        case .plain: .line
        case .fixed(let positions): .positions(positions)
        case .columns(let column, _): .column(column)
        case .ndjson(let member): .member(member)
        }
    }

    enum Column {
        case named(String)
        /// From 1. The list has no header.
        case number(Int)
    }
}

/// A row of a list: where it begins, and the field with the id.
struct ListRow {
    var line = 0
    var field: [UInt8] = []
}

/// What is wrong with a row.
struct RowError: Error {
    let line: Int
    let reason: String
    /// Whether the rows after it can be read.
    var isFatal = false
}

/// Reads a list row by row.
protocol ListReader {
    /// The next row that holds something; false at the end. A row that is blank is passed over.
    mutating func next(into row: inout ListRow) throws -> Bool
}

/// No line of a list is longer, and no row.
let rowBytesMax = 1_048_576
