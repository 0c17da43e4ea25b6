/// The library's own rule for ids, asked without sending anything: cases are added to a batch that is
/// interrupted before it begins, and those that the library refuses end as invalid.
struct LibraryRule {
    private static let casesPerBatch = 1024
    private static let refusalsMax = 1000

    private let client: Client

    init() throws(Failure) {
        // Nothing is ever sent there.
        client = try Client(configuration: "{\"base_url\": \"http://127.0.0.1:9\", \"token\": \"none\"}")
    }

    func refusals(in list: CaseList) throws(Failure) -> [RowError] {
        let batch = try Batch(client, .cancel, concurrency: LibraryRule.casesPerBatch)
        var records = RecordReader(list: list)
        var refusals: [RowError] = []
        var isOver = false
        while !isOver, refusals.count < LibraryRule.refusalsMax {
            while batch.pending < LibraryRule.casesPerBatch {
                guard try records.advance() else {
                    isOver = true
                    break
                }
                let id = String(decoding: records.id, as: UTF8.self)
                _ = batch.add(id, options: "{\"tag\": \"\(records.line)\"}")
            }
            batch.interrupt()
            while let result = batch.next(milliseconds: 1000) {
                guard result.outcome == .invalid else { continue }
                let line = result["tag"].flatMap { Int($0) } ?? 0
                refusals.append(RowError(line: line, reason: result.message))
            }
        }
        return refusals.sorted { $0.line < $1.line }
    }
}
