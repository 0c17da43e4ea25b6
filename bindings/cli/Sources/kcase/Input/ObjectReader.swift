/// A list with a JSON value on each line: an object with the id in it, or the id as a text.
struct ObjectReader: ListReader {
    private var lines: LineReader
    private let member: String

    init(_ source: TextSource, member: String) {
        lines = LineReader(source)
        self.member = member
    }

    mutating func next(into row: inout ListRow) throws -> Bool {
        guard try lines.next(into: &row) else { return false }
        let value: JSON
        do throws(JSONError) {
            value = try JSON(parsing: row.field)
        } catch {
            throw RowError(line: row.line, reason: "not JSON: \(error.message)")
        }
        switch value {
        case .string(let text):
            row.field = Array(text.utf8)
        case .object:
            guard case .string(let text)? = value[member] else {
                throw RowError(
                    line: row.line, reason: "no text \"\(member)\" in the object; --column NAME says which")
            }
            row.field = Array(text.utf8)
        default:
            throw RowError(line: row.line, reason: "neither a JSON object nor a text")
        }
        return true
    }
}
