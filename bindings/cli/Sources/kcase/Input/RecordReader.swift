/// Reads the records of a CaseList one after another, through a buffer.
struct RecordReader {
    /// Longer than any record: 18 digits, a tab, 256 bytes, LF.
    static let recordBytesMax = 278
    private static let digitsMax = 18
    private static let bufferBytes = 65536

    private let list: CaseList
    private var buffer: [UInt8]
    private var filled = 0
    private var position = 0
    private var nextOffset: Int

    /// Where the record begins, and which it is, from 0.
    private(set) var offset = 0
    private(set) var row = -1
    private var recordStart = 0
    private var idStart = 0
    private var recordEnd = 0

    /// - Parameter offset: where a record begins.
    /// - Parameter bytes: as many as will be read, or more.
    init(list: CaseList, at offset: Int = 0, bytes: Int? = nil) {
        self.list = list
        let size = max(RecordReader.recordBytesMax, min(RecordReader.bufferBytes, bytes ?? list.bytes))
        buffer = [UInt8](repeating: 0, count: size)
        nextOffset = offset
    }

    /// Goes to the next record; false at the end, and at a last record that is cut off. A file that somebody
    /// else has written into has what is no record.
    mutating func advance() throws(Failure) -> Bool {
        if filled - position < RecordReader.recordBytesMax { try refill() }
        guard position < filled else { return false }
        recordStart = position
        offset = nextOffset
        row += 1
        while position < filled, UInt8(ascii: "0")...UInt8(ascii: "9") ~= buffer[position] { position += 1 }
        let digits = position - recordStart
        idStart = position + 1
        let isRecord = digits <= RecordReader.digitsMax && (position == filled || buffer[position] == 0x09)
        while position < filled, buffer[position] != 0x0A { position += 1 }
        guard isRecord, position - recordStart < RecordReader.recordBytesMax else {
            throw Failure("the list is damaged")
        }
        guard position < filled else { return false }
        recordEnd = position
        position += 1
        nextOffset += position - recordStart
        return true
    }

    var id: ArraySlice<UInt8> { buffer[idStart..<recordEnd] }

    /// Where the next record begins.
    var endOffset: Int { nextOffset }

    var line: Int {
        buffer[recordStart..<(idStart - 1)].reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }

    private mutating func refill() throws(Failure) {
        buffer.withUnsafeMutableBytes { $0.copyBytes(from: $0[position..<filled]) }
        filled -= position
        position = 0
        let (kept, list, from) = (filled, list, nextOffset + filled)
        filled += try buffer.withUnsafeMutableBufferPointer { (all) throws(Failure) -> Int in
            try list.read(into: UnsafeMutableBufferPointer(rebasing: all[kept...]), at: from)
        }
    }
}
