/// Which rows of a list repeat the id of an earlier row.
struct Repetitions {
    struct Example {
        let line: Int
        let firstLine: Int
    }

    /// No more examples than a person would read.
    static let examplesMax = 20

    var count = 0
    var examples: [Example] = []
}

/// Finds ids that a list has twice, letter case aside, in a fixed amount of memory: a long list is read
/// several times, each time for another share of the ids. Ids are compared byte by byte, never by hash alone.
struct RepetitionFinder {
    private static let slots = 1 << 21
    private static let idsPerPass = slots * 3 / 4

    let list: CaseList

    func find() throws(Failure) -> ([UInt64], Repetitions) {
        var repeated = [UInt64](repeating: 0, count: list.rows / 64 + 1)
        var found = Repetitions()
        if list.rows < 2 { return (repeated, found) }
        // Shares come out uneven: a tenth more passes than would do.
        let passes =
            list.rows <= RepetitionFinder.idsPerPass
            ? 1
            : list.rows * 11 / 10 / RepetitionFinder.idsPerPass + 1
        // Each slot: 20 bits of the hash, and the record's offset plus one.
        let slots = min(RepetitionFinder.slots, max(64, (list.rows * 2).nextPowerOfTwo))
        var table = [UInt64](repeating: 0, count: slots)
        for pass in 0..<passes {
            if pass > 0 { table.withUnsafeMutableBufferPointer { $0.update(repeating: 0) } }
            var records = RecordReader(list: list)
            while try records.advance() {
                let hash = hash(of: records.id)
                if passes > 1, Int(hash >> 32) % passes != pass { continue }
                guard let first = try insert(records, hash: hash, into: &table) else { continue }
                repeated[records.row / 64] |= 1 << UInt64(records.row % 64)
                found.count += 1
                if found.examples.count < Repetitions.examplesMax {
                    found.examples.append(.init(line: records.line, firstLine: first))
                }
            }
        }
        found.examples.sort { $0.line < $1.line }
        return (repeated, found)
    }

    /// The line of the record that has the same id; nil if there was none before.
    private func insert(
        _ record: RecordReader, hash: UInt64, into table: inout [UInt64]
    ) throws(Failure) -> Int? {
        let offsetBits = 44 as UInt64
        let mark = (hash >> offsetBits) << offsetBits
        var slot = Int(hash & UInt64(table.count - 1))
        for _ in 0..<table.count {
            let entry = table[slot]
            if entry == 0 {
                table[slot] = mark | UInt64(record.offset + 1)
                return nil
            }
            if entry >> offsetBits == hash >> offsetBits {
                let offset = Int(entry & ((1 << offsetBits) - 1)) - 1
                var other = RecordReader(list: list, at: offset, bytes: RecordReader.recordBytesMax)
                if try other.advance(), isSame(other.id, record.id) { return other.line }
            }
            slot = (slot + 1) & (table.count - 1)
        }
        throw Failure("the list is too uneven to be searched for repeated ids")
    }

    private func isSame(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { folded($0) == folded($1) }
    }

    private func hash(of id: ArraySlice<UInt8>) -> UInt64 {
        // FNV-1a, and a last stir, since its low bits are weak.
        var hash = 0xcbf2_9ce4_8422_2325 as UInt64
        for byte in id { hash = (hash ^ UInt64(folded(byte))) &* 0x100_0000_01b3 }
        hash ^= hash >> 32
        hash = hash &* 0x9e37_79b9_7f4a_7c15
        return hash ^ (hash >> 29)
    }

    @inline(__always)
    private func folded(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}

extension Int {
    fileprivate var nextPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
