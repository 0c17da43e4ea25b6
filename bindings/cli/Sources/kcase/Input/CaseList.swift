/// One case of a list: the id, and the line that it stands in (its place on the command line, if there).
struct ListedCase {
    let line: Int
    let id: String
}

/// The validated ids of a list, written down before anything is sent: nobody can change them. Small lists
/// stay in memory, longer ones go to a temporary file. A record is a line's number, a tab, an id and LF.
final class CaseList {
    private static let memoryBytesMax = 1_048_576

    /// Rows that held an id.
    private(set) var rows = 0
    /// Bits of the rows that repeat an earlier one.
    private var repeated: [UInt64] = []
    private(set) var repetitions = Repetitions()

    private var memory: [UInt8] = []
    private var file: Descriptor?
    /// Where the records begin in the file, and how long they are.
    private let base: Int
    private var bytesInFile = 0

    /// A list in memory, or in a temporary file if it is long.
    init() {
        base = 0
    }

    /// A list in a file that is kept: its records follow the first `base` bytes.
    init(in file: Descriptor, after base: Int) {
        self.file = file
        self.base = base
    }

    /// Takes over the records that a file of an earlier run has. A last record that is cut off is no record.
    static func restored(from file: Descriptor, after base: Int) throws(Failure) -> CaseList {
        let list = CaseList(in: file, after: base)
        list.bytesInFile = Int.max
        var records = RecordReader(list: list)
        var bytes = 0
        while try records.advance() {
            bytes = records.endOffset
            list.rows += 1
        }
        list.bytesInFile = bytes
        try list.finish()
        return list
    }

    /// How many different ids there are.
    var count: Int { rows - repetitions.count }

    func append(line: Int, id: ArraySlice<UInt8>) throws(Failure) {
        memory.append(contentsOf: String(line).utf8)
        memory.append(0x09)
        memory.append(contentsOf: id)
        memory.append(0x0A)
        rows += 1
        if memory.count > (file == nil ? CaseList.memoryBytesMax : 65536) { try writeOut() }
    }

    /// To be called when all ids are in. Finds those that are there twice.
    func finish() throws(Failure) {
        if file != nil { try writeOut() }
        (repeated, repetitions) = try RepetitionFinder(list: self).find()
    }

    /// The cases in order, each id once.
    func cases() -> Iterator {
        Iterator(list: self)
    }

    private func writeOut() throws(Failure) {
        let file = if let file { file } else { try Descriptor.temporary() }
        self.file = file
        let number = memory.withUnsafeBytes { Descriptor.write($0, to: file.number) }
        if number != 0 {
            throw Failure("the list does not fit into a temporary file: \(systemMessage(number))")
        }
        bytesInFile += memory.count
        memory.removeAll(keepingCapacity: true)
    }

    // MARK: - Reading it again

    var bytes: Int { file == nil ? memory.count : bytesInFile }

    /// Fills `buffer` from `offset` on. Returns how many bytes there are.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int) throws(Failure) -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        if let file { return try file.read(into: start, count: buffer.count, at: base + offset) }
        let part = memory[min(offset, memory.count)..<min(offset + buffer.count, memory.count)]
        return part.withUnsafeBufferPointer { part in
            if let first = part.baseAddress { start.update(from: first, count: part.count) }
            return part.count
        }
    }

    func isRepeated(_ row: Int) -> Bool {
        row / 64 < repeated.count && repeated[row / 64] & (1 << UInt64(row % 64)) != 0
    }

    struct Iterator {
        private var records: RecordReader
        private let list: CaseList

        init(list: CaseList) {
            self.list = list
            records = RecordReader(list: list)
        }

        mutating func next() throws(Failure) -> ListedCase? {
            while try records.advance() {
                if list.isRepeated(records.row) { continue }
                return ListedCase(line: records.line, id: String(decoding: records.id, as: UTF8.self))
            }
            return nil
        }
    }
}
