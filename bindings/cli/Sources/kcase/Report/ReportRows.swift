/// The rows of one outcome, rendered as they come and kept in a temporary file until the report is written.
final class ReportRows {
    private static let bufferBytes = 65536

    let outcome: Outcome
    private(set) var count = 0
    private let file: Descriptor
    private var buffer: [UInt8] = []
    private var bytes = 0
    /// Where each page begins: every `ReportRows.pageRows` rows.
    private var pages: [Int] = []

    static let pageRows = 20_000

    init(_ outcome: Outcome) throws(Failure) {
        self.outcome = outcome
        file = try Descriptor.temporary()
    }

    /// - Parameter html: one table row.
    func append(_ html: String) -> Int32 {
        if count % ReportRows.pageRows == 0 { pages.append(bytes + buffer.count) }
        count += 1
        buffer.append(contentsOf: html.utf8)
        return buffer.count < ReportRows.bufferBytes ? 0 : writeOut()
    }

    private func writeOut() -> Int32 {
        let number = buffer.withUnsafeBytes { Descriptor.write($0, to: file.number) }
        bytes += buffer.count
        buffer.removeAll(keepingCapacity: true)
        return number
    }

    var pageCount: Int { pages.count }

    /// Copies the rows of a page, from 0.
    func copy(page: Int, to writer: DataWriter) throws(Failure) {
        let number = writeOut()
        if number != 0 { throw Failure("the report: \(systemMessage(number))") }
        var position = pages[page]
        let end = page + 1 < pages.count ? pages[page + 1] : bytes
        var chunk = [UInt8](repeating: 0, count: ReportRows.bufferBytes)
        while position < end {
            let wanted = min(chunk.count, end - position)
            let got = try chunk.withUnsafeMutableBufferPointer { (buffer) throws(Failure) -> Int in
                guard let start = buffer.baseAddress else { return 0 }
                return try file.read(into: start, count: wanted, at: position)
            }
            if got == 0 { throw Failure("the report: a temporary file is too short") }
            writer.write(chunk[..<got])
            position += got
        }
    }
}
