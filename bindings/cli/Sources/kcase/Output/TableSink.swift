/// Rows for people: columns under headings. On a terminal the last column is wrapped; elsewhere each
/// row is one line.
final class TableSink: ResultSink {
    private let view: RowView
    private let writer: DataWriter
    private let terminal: Terminal
    private let progress: Progress
    /// Rows of canceled cases are left out.
    private let isQuiet: Bool
    private var hasHeadings = false

    init(_ view: RowView, to writer: DataWriter, progress: Progress, isQuiet: Bool) {
        self.view = view
        self.writer = writer
        self.progress = progress
        self.isQuiet = isQuiet
        terminal = Terminal(Descriptor.standardOutput)
    }

    func take(_ row: ResultRow) {
        if isQuiet, row.result.outcome.isCanceled { return }
        progress.erase()
        if !hasHeadings {
            write(view.headings.map { RowView.Cell(text: $0, style: .bold) })
            hasHeadings = true
        }
        write(view.cells(row))
        if terminal.isTerminal { writer.flush() }
    }

    func flush() {
        writer.flush()
    }

    func finish(_ summary: Summary) {
        writer.flush()
    }

    private func write(_ cells: [RowView.Cell]) {
        writer.write(TableLayout(terminal: terminal, widths: view.widths).row(cells))
    }
}

/// Puts cells into columns.
struct TableLayout {
    let terminal: Terminal
    /// The least widths of all columns but the last.
    let widths: [Int]

    private static let gap = "  "
    private static let lastWidthMin = 20

    func row(_ cells: [RowView.Cell]) -> String {
        var out = ""
        for (cell, width) in zip(cells, widths) {
            out += terminal.styled(cell.text, cell.style)
            out += String(repeating: " ", count: max(0, width - cell.text.count)) + TableLayout.gap
        }
        guard let last = cells.last else { return "\n" }
        let indent = widths.reduce(0, +) + widths.count * TableLayout.gap.count
        let room = terminal.columns - indent
        guard terminal.isTerminal, room >= TableLayout.lastWidthMin else {
            return out + terminal.styled(last.text, last.style) + "\n"
        }
        let lines = wrapped(last.text, room)
        let margin = String(repeating: " ", count: indent)
        for (index, line) in lines.enumerated() {
            out += (index == 0 ? "" : margin) + terminal.styled(line, last.style) + "\n"
        }
        return out
    }
}
