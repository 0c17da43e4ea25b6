/// The characters of a UTF-8 text that may be a secret: they are read in place, and nothing is copied. A byte
/// that belongs to no character counts as U+FFFD.
package struct UTF8Characters: Sequence, IteratorProtocol {
    private let text: UnsafeBufferPointer<UInt8>
    private var place = 0

    package init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    package mutating func next() -> UInt32? {
        guard place < text.count else { return nil }
        let first = text[place]
        place += 1
        let more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF8 ? 3 : 0
        if first < 0x80 { return UInt32(first) }
        guard more > 0, text.count - place >= more else { return 0xFFFD }
        var character = UInt32(first) & (more == 1 ? 0x1F : more == 2 ? 0x0F : 0x07)
        for byte in text[place..<(place + more)] {
            guard byte & 0xC0 == 0x80 else { return 0xFFFD }
            character = character << 6 | UInt32(byte & 0x3F)
        }
        place += more
        return character
    }

    /// The last one.
    package static func last(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var start = text.count
        while start > 0, text.count - start < 4 {
            start -= 1
            if text[start] & 0xC0 != 0x80 { break }
        }
        var characters = UTF8Characters(UnsafeBufferPointer(rebasing: text[start...]))
        return characters.next()
    }
}
