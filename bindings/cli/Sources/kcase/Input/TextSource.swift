/// The bytes of a list as UTF-8, one after another. UTF-16 is decoded, and the mark at the start of a text is
/// taken off. It knows the number of the line that it is in, since LF, CR and CRLF all end one.
final class TextSource {
    private enum Encoding {
        case bytes
        case utf16(isBigEndian: Bool)
    }

    private static let chunkBytes = 65536

    let name: String
    private let file: Descriptor
    private let chunk = UnsafeMutablePointer<UInt8>.allocate(capacity: TextSource.chunkBytes)
    private var position = 0
    private var end = 0
    private var encoding = Encoding.bytes
    /// What a character of UTF-16 became and was not yet taken.
    private var decoded: [UInt8] = []

    /// The line that the next byte is in, from 1.
    private(set) var line = 1
    private var endedWithReturn = false

    init(_ file: Descriptor, name: String) throws(Failure) {
        self.file = file
        self.name = name
        try detectEncoding()
    }

    deinit {
        chunk.deallocate()
    }

    /// The next byte; nil at the end. A line end of any kind comes as LF.
    @inline(__always)
    func next() throws(Failure) -> UInt8? {
        guard var byte = try nextDecoded() else { return nil }
        if byte == 0x0A, endedWithReturn {
            endedWithReturn = false
            guard let after = try nextDecoded() else { return nil }
            byte = after
        }
        endedWithReturn = byte == 0x0D
        if endedWithReturn { byte = 0x0A }
        if byte == 0x0A { line += 1 }
        return byte
    }

    @inline(__always)
    private func nextDecoded() throws(Failure) -> UInt8? {
        if case .bytes = encoding { return try nextByte() }
        return try nextOfUTF16()
    }

    @inline(__always)
    private func nextByte() throws(Failure) -> UInt8? {
        if position == end {
            guard try fill() > 0 else { return nil }
        }
        defer { position += 1 }
        return chunk[position]
    }

    private func fill() throws(Failure) -> Int {
        position = 0
        end = try file.read(into: chunk, count: TextSource.chunkBytes, name: name)
        return end
    }

    /// Whether the text looks like a JSON object: a brace and then a quotation mark, blanks aside.
    var beginsWithObject: Bool {
        let start = (position..<end).lazy.map { self.chunk[$0] }.filter {
            $0 != 0 && $0 != 0x20 && $0 != 0x0A
        }
        return start.prefix(2).elementsEqual("{\"".utf8)
    }

    // MARK: - Encodings

    private func detectEncoding() throws(Failure) {
        while end < 4 {
            let got = try file.read(into: chunk + end, count: TextSource.chunkBytes - end, name: name)
            if got == 0 { break }
            end += got
        }
        let first = (0..<4).map { $0 < end ? chunk[$0] : 0xAA }
        switch (first[0], first[1], first[2], first[3]) {
        case (0xEF, 0xBB, 0xBF, _):
            position = 3
        case (0xFF, 0xFE, 0, 0), (0, 0, 0xFE, 0xFF):
            throw Failure("\(name): the list is UTF-32; save it as UTF-8")
        case (0xFF, 0xFE, _, _):
            encoding = .utf16(isBigEndian: false)
            position = 2
        case (0xFE, 0xFF, _, _):
            encoding = .utf16(isBigEndian: true)
            position = 2
        // No mark, and yet every other byte is NUL: UTF-16 of plain letters and digits.
        case (1..., 0, 1..., 0):
            encoding = .utf16(isBigEndian: false)
        case (0, 1..., 0, 1...):
            encoding = .utf16(isBigEndian: true)
        default:
            break
        }
    }

    private func nextOfUTF16() throws(Failure) -> UInt8? {
        if let byte = decoded.popLast() { return byte }
        guard let first = try unit() else { return nil }
        var units = [first]
        if UTF16.isLeadSurrogate(first) {
            guard let second = try unit() else { throw incomplete }
            units.append(second)
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw incomplete }
        decoded = text.utf8.reversed()
        return decoded.popLast()
    }

    private func unit() throws(Failure) -> UInt16? {
        guard case .utf16(let isBigEndian) = encoding, let first = try nextByte() else { return nil }
        guard let second = try nextByte() else { throw incomplete }
        let (high, low) = isBigEndian ? (first, second) : (second, first)
        return UInt16(high) << 8 | UInt16(low)
    }

    private var incomplete: Failure {
        Failure("\(name): line \(line): half a character of UTF-16; the file is damaged or cut off")
    }
}
