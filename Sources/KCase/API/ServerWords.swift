/// What the server says in words. Texts are hints only: the documents use one for several operations.
enum ServerWords {
    /// The two documented refusals are "Cannot cancel a case that has already started." and "Unable to
    /// cancel case."
    static func refusal(_ message: String?) -> Reason {
        guard let message else { return .other }
        if contains(message, "already started") { return .alreadyStarted }
        if contains(message, "unable to cancel") { return .unable }
        return .other
    }

    /// Whether the text holds the words (lower case ASCII), in whatever case.
    private static func contains(_ text: String, _ words: StaticString) -> Bool {
        let pattern = words.bytes
        let bytes = Array(text.utf8)
        guard bytes.count >= pattern.count else { return false }
        return (0...(bytes.count - pattern.count)).contains { start in
            zip(bytes[start...], pattern).allSatisfy { ASCII.lowercase($0) == $1 }
        }
    }
}

/// Bytes of ASCII text.
enum ASCII {
    static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Control characters, DEL among them.
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// Printable and not a space: what may stand in an HTTP header's token.
    static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    static func equalIgnoringCase<One: Sequence<UInt8>, Other: Sequence<UInt8>>(
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
