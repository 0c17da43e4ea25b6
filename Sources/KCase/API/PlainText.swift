/// Text from outside, made fit for a log line: bounded, and without control characters.
enum PlainText {
    static let mostBytes = 1000

    static func clean(_ text: String, mostBytes: Int = mostBytes) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if bytes.count == mostBytes { break }
            bytes.append(ASCII.isControl(byte) ? UInt8(ascii: " ") : byte)
        }
        let isCut = bytes.count < text.utf8.count
        if isCut { dropPartialCharacter(&bytes) }
        let cleaned = String(decoding: bytes, as: UTF8.self)
        return isCut ? cleaned + "…" : cleaned
    }

    /// Takes away the end of a UTF-8 sequence that the cut went through.
    private static func dropPartialCharacter(_ bytes: inout [UInt8]) {
        while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
    }
}
