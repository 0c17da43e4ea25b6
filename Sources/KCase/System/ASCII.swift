/// Bytes of ASCII text.
package enum ASCII {
    package static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Control characters, DEL among them.
    package static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// Printable and not a space: what may stand in an HTTP header's token.
    package static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    package static func equalIgnoringCase<One: Sequence<UInt8>, Other: Sequence<UInt8>>(
        _ one: One, _ other: Other
    ) -> Bool {
        var left = one.makeIterator()
        var right = other.makeIterator()
        while true {
            switch (left.next(), right.next()) {
            case (nil, nil): return true
            case (let a?, let b?): if lowercase(a) != lowercase(b) { return false }
            default: return false
            }
        }
    }
}

/// A number as text.
@inline(never)
package func decimal<Number: BinaryInteger>(_ number: Number) -> String { String(Int64(clamping: number)) }
