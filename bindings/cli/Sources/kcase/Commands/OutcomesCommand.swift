import ArgumentParser

struct OutcomesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcomes",
        abstract: "List the outcomes, what each one claims, and the exit codes."
    )

    @Option(name: [.long, .short], help: "What standard output carries.")
    var output: OutputFormat = .table

    func run() throws {
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let rows = Outcome.all.map { ($0.name, String($0.number), String($0.status.rawValue), $0.claim) }
        switch output {
        case .table:
            let layout = TableLayout(terminal: Terminal(Descriptor.standardOutput), widths: [16, 3, 4])
            func cells(_ row: (String, String, String, String)) -> [RowView.Cell] {
                [row.0, row.1, row.2, row.3].map { RowView.Cell(text: $0) }
            }
            writer.write(layout.row(cells(("OUTCOME", "NO.", "EXIT", "WHAT IT CLAIMS"))))
            for row in rows { writer.write(layout.row(cells(row))) }
        case .csv:
            writer.write(CSV.record(["outcome", "number", "exit_code", "claim"]))
            for row in rows { writer.write(CSV.record([row.0, row.1, row.2, row.3])) }
        case .json, .ndjson:
            let objects = rows.map { row in
                JSON.object([
                    .init(name: "outcome", value: .string(row.0)),
                    .init(name: "number", value: .number(row.1)),
                    .init(name: "exit_code", value: .number(row.2)),
                    .init(name: "claim", value: .string(row.3)),
                ])
            }
            if output == .ndjson {
                for object in objects { writer.write(object.written + "\n") }
            } else {
                writer.write(JSON.array(objects).written + "\n")
            }
        }
        try writer.close()
    }
}
