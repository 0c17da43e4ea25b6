/// Results for spreadsheets: RFC 4180, in UTF-8, and no field that a spreadsheet would run as a formula.
final class CSVSink: ResultSink {
    static let columns = [
        "line", "case_id", "outcome", "settled", "retriable", "http_status", "reason", "message", "evidence",
        "environment", "tag", "at", "requests", "case_status", "secondary_status",
    ]

    private let writer: DataWriter
    private var hasHeader = false

    init(to writer: DataWriter) {
        self.writer = writer
    }

    func take(_ row: ResultRow) {
        writeHeader()
        writer.write(CSV.record(CSVSink.fields(row)))
    }

    func flush() {
        writer.flush()
    }

    func finish(_ summary: Summary) {
        writeHeader()
        writer.flush()
    }

    private func writeHeader() {
        if hasHeader { return }
        hasHeader = true
        writer.write(CSV.record(CSVSink.columns))
    }

    private static func fields(_ row: ResultRow) -> [String] {
        let result = row.result
        let last = result.attempts - 1
        let values: [String?] = [
            row.line.map { String($0) }, result.caseID, result.outcome.name, result["settled"],
            result["retriable"], result["http_status"], result["reason"], result.message, result["evidence"],
            result["environment"], result["tag"], result["attempts.\(last).at"], result["attempts"],
            result["case.caseStatus"], result["case.secondaryStatus"],
        ]
        return values.map { $0 ?? "" }
    }
}

enum CSV {
    static func record(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\r\n"
    }

    static func field(_ text: String) -> String {
        let safe = startsFormula(text) ? "'" + text : text
        guard safe.utf8.contains(where: { byte in "\",;\r\n\t".utf8.contains(byte) }) else { return safe }
        var quoted = "\""
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// What a spreadsheet would run. A number with a sign is a number.
    private static func startsFormula(_ text: String) -> Bool {
        guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return false }
        let rest = text.utf8.dropFirst()
        let isNumber =
            !rest.isEmpty
            && rest.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") }
        return !((first == UInt8(ascii: "-") || first == UInt8(ascii: "+")) && isNumber)
    }
}
