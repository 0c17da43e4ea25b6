import ArgumentParser

/// What standard output carries.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, ndjson, csv
}

/// One case of a run: the result, and the line that it was read from.
struct ResultRow {
    let line: Int?
    let result: CaseResult
}

/// Where results go, in the order in which they are found.
protocol ResultSink: AnyObject {
    func take(_ row: ResultRow)
    /// What is buffered is handed on; called before the program waits.
    func flush()
    func finish(_ summary: Summary)
}
