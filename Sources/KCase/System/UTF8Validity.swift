/// Whether bytes are UTF-8 (RFC 3629), found in place: to ask the standard library takes a copy, and of a
/// large answer there may be no memory for one.
package enum UTF8Validity {
    package static func holds(_ text: UnsafeBufferPointer<UInt8>) -> Bool { firstFault(in: text) == nil }

    /// Where the first character begins that is none; nil if there is no such place.
    package static func firstFault(in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var place = 0
        while place < text.count {
            if isASCII(text, place) {
                place += 8
                continue
            }
            guard let length = length(text, place) else { return place }
            place += length
        }
        return nil
    }

    /// Whether the next eight bytes are.
    private static func isASCII(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard text.count - place >= 8, let start = text.baseAddress else { return false }
        let eight = UnsafeRawPointer(start).loadUnaligned(fromByteOffset: place, as: UInt64.self)
        return eight & 0x8080_8080_8080_8080 == 0
    }

    /// How long the character is that begins there; nil if none does.
    private static func length(_ text: UnsafeBufferPointer<UInt8>, _ place: Int) -> Int? {
        let first = text[place]
        if first < 0x80 { return 1 }
        // What the second byte may be: no spelling that is longer than it need be, no surrogate, nothing
        // beyond U+10FFFF.
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard text.count - place >= length, second.contains(text[place + 1]) else { return nil }
        let areMore = text[(place + 2)..<(place + length)].allSatisfy { $0 & 0xC0 == 0x80 }
        return areMore ? length : nil
    }
}
