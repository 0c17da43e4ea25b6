import ArgumentParser

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what the journal has.",
        discussion: """
            Runs over lists keep a journal: what was to be canceled, and what came of it. Sends nothing.

              kcase history --since 2026-06-01
              kcase history --outcome unfinished
              kcase history --case e074241e-36e8-444b-bf55-bb4dad6d3f3d --output json
            """
    )

    @Option(name: .long, help: ArgumentHelp("This case alone.", valueName: "id"))
    var `case`: String?

    @Option(name: .long, help: ArgumentHelp("Runs with this tag.", valueName: "text"))
    var tag: String?

    @Option(name: .long, help: ArgumentHelp("An outcome's name, or unfinished.", valueName: "name"))
    var outcome: String?

    @Option(name: .long, help: ArgumentHelp("Begun then or later: 2026-06-01.", valueName: "time"))
    var since: String?

    @Option(name: .long, help: ArgumentHelp("Begun before: 2026-07-01.", valueName: "time"))
    var until: String?

    @OptionGroup var journal: JournalOptions

    @Option(name: [.long, .short], help: "What standard output carries.")
    var output: OutputFormat = .table

    func run() throws {
        let journal = try self.journal.chosen()
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let records = RecordWriter(output, to: writer)
        var after: String?
        repeat {
            guard let page = journal.history(filter(after: after)) else { throw journal.failure(nil) }
            guard page.outcome == .ok else { throw journal.failure(page).naming(HistoryCommand.flags) }
            let text = (try? JSON(parsing: Array(page.text.utf8))) ?? .null
            for record in text["records"]?.elements ?? [] { records.take(record) }
            after = text["next"]?.text
        } while after != nil && !writer.isBroken
        records.finish()
        try writer.close()
    }

    private static let flags = [
        ("case_id", "--case"), ("tag", "--tag"), ("outcome", "--outcome"), ("since", "--since"),
        ("until", "--until"),
    ]

    private func filter(after: String?) -> String {
        let given = [
            ("case_id", self.case), ("tag", tag), ("outcome", outcome), ("since", since), ("until", until),
        ]
        var members = given.compactMap { name, value in
            value.map { JSON.Member(name: name, value: .string($0)) }
        }
        members.append(.init(name: "limit", value: .number("1000")))
        if let after { members.append(.init(name: "after", value: .number(after))) }
        return JSON.object(members).written
    }
}

/// Writes the records of a journal.
final class RecordWriter {
    private let output: OutputFormat
    private let writer: DataWriter
    private let layout = TableLayout(terminal: Terminal(Descriptor.standardOutput), widths: [24, 36, 16])
    private var count = 0

    init(_ output: OutputFormat, to writer: DataWriter) {
        self.output = output
        self.writer = writer
    }

    func take(_ record: JSON) {
        count += 1
        switch output {
        case .ndjson: writer.write(record.written + "\n")
        case .json: writer.write((count == 1 ? "[\n" : ",\n") + record.written)
        case .csv:
            if count == 1 { writer.write(CSV.record(RecordWriter.columns)) }
            let cells = RecordWriter.columns.map { record[$0] }
            writer.write(CSV.record(cells.map { cell in cell.map { $0.text ?? $0.written } ?? "" }))
        case .table:
            if count == 1 { row(["BEGUN", "CASE", "OUTCOME", "TAG"]) }
            var state = record["outcome"]?.text ?? record["state"]?.text ?? ""
            if record["part"] != nil { state += " (part)" }
            row([record["at"]?.text ?? "", record["case_id"]?.text ?? "", state, record["tag"]?.text ?? ""])
        }
    }

    func finish() {
        if output == .json { writer.write(count == 0 ? "[]\n" : "\n]\n") }
        if output == .table, count == 0 { Console.complain("the journal has no such record") }
    }

    private static let columns = [
        "id", "at", "case_id", "service", "state", "outcome", "settled", "finished_at", "tag", "intent_key",
        "epoch", "part",
    ]

    private func row(_ texts: [String]) {
        writer.write(layout.row(texts.map { RowView.Cell(text: printable($0)) }))
    }
}
