/// Text from outside, made fit for a log line or a terminal: bounded, and of one line.
package enum PlainText {
    package static let bytesMax = 1000

    package static func clean(_ text: String, bytesMax: Int = bytesMax) -> String {
        var cleaned = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > bytesMax { return String(cleaned) + "…" }
            cleaned.append(steers(scalar.value) ? " " : scalar)
        }
        return String(cleaned)
    }

    /// Whether a character moves the cursor, starts a line or turns the direction of writing: the control
    /// characters of ASCII and Latin-1, the line separators, and the marks of bidirectional text.
    private static func steers(_ character: UInt32) -> Bool {
        switch character {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
