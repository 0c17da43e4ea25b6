/// Results as JSON: each as the library wrote it, with the line of the list before the other members.
final class JSONSink: ResultSink {
    private let writer: DataWriter
    private let view: RowView
    /// One object on each line, or one array in one object.
    private let isLines: Bool
    private var count = 0

    init(to writer: DataWriter, view: RowView, isLines: Bool) {
        self.writer = writer
        self.view = view
        self.isLines = isLines
    }

    func take(_ row: ResultRow) {
        if isLines {
            writer.write(JSONSink.text(row, view) + "\n")
        } else {
            writer.write((count == 0 ? "{\"results\":[\n" : ",\n") + JSONSink.text(row, view))
        }
        count += 1
    }

    func flush() {
        writer.flush()
    }

    func finish(_ summary: Summary) {
        if isLines {
            writer.write("{\"summary\":\(summary.json.written)}\n")
        } else {
            let start = count == 0 ? "{\"results\":[" : ""
            writer.write("\(start)\n],\"summary\":\(summary.json.written)}\n")
        }
        writer.flush()
    }

    static func text(_ row: ResultRow, _ view: RowView) -> String {
        let text = row.result.text
        var members = row.line.map { "\"line\":\($0)," } ?? ""
        if view == .dryRun, row.result.outcome == .ok {
            let guess = Guess(CaseState(row.result))
            members += "\"guess\":\(JSON.quoted(guess.outcome.name)),"
        }
        guard !members.isEmpty, text.utf8.first == UInt8(ascii: "{"), text.utf8.count > 2 else { return text }
        return "{" + members + text.dropFirst()
    }
}
