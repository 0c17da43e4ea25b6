import ArgumentParser

/// What comes out, and where.
struct OutputOptions: ParsableArguments {
    @Option(name: [.long, .short], help: "What standard output carries.")
    var output: OutputFormat = .table

    @Flag(name: [.long, .short], help: "Leave canceled cases and the closing lines out.")
    var quiet = false

    @Option(name: .long, help: "How progress is told on standard error.")
    var progress: ProgressStyle = .auto

    func results(_ view: RowView, to writer: DataWriter, progress: Progress) -> any ResultSink {
        switch output {
        case .table: TableSink(view, to: writer, progress: progress, isQuiet: quiet)
        case .json: JSONSink(to: writer, view: view, isLines: false)
        case .ndjson: JSONSink(to: writer, view: view, isLines: true)
        case .csv: CSVSink(to: writer)
        }
    }
}
