import KCaseSystem

/// What is wrong with a text that is no JSON, where it is one of the things that editors, shells and habits
/// from other languages do to one. Nothing of the text is quoted.
enum TextDiagnosis {
    /// What can be told before the text is parsed. A C text ends at its first NUL, so of UTF-16 there is no
    /// more than a mark, one character or nothing.
    static func encoding(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        if text.starts(with: [0xEF, 0xBB, 0xBF] as [UInt8]) {
            return "line 1, column 1: begins with a byte-order mark (U+FEFF); save the text without it"
        }
        if text.starts(with: [0xFF, 0xFE] as [UInt8]) || text.starts(with: [0xFE, 0xFF] as [UInt8]) {
            return "line 1, column 1: begins as UTF-16 does; save the text as UTF-8"
        }
        return nil
    }

    /// What follows the parser's own words where there is next to nothing.
    static func shortness(_ count: Int) -> String {
        count > 1 ? "" : "; a text in UTF-16 ends so early: save it as UTF-8"
    }

    /// The first thing that JSON does not have and others do; nil if there is no such thing.
    static func notation(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        var scan = Scan(text)
        while let byte = scan.current {
            if let complaint = byte == quote ? scan.passString() : scan.passOther(byte) {
                return "line " + decimal(scan.line) + ", column " + decimal(scan.column) + ": " + complaint
            }
        }
        return nil
    }

    private static let quote = UInt8(ascii: "\"")

    /// A walk over a text.
    fileprivate struct Scan {
        private let text: UnsafeBufferPointer<UInt8>
        private var place = 0
        private(set) var line = 1
        private(set) var column = 1
        /// The last byte outside of strings that was no blank; 0 before.
        private var last: UInt8 = 0

        init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

        var current: UInt8? { at(place) }

        private func at(_ index: Int) -> UInt8? { index < text.count ? text[index] : nil }

        private mutating func step() {
            guard let byte = current else { return }
            place += 1
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }

        /// The complaint, with the walk at the place of it; nil if there is none, with the walk behind it.
        mutating func passString() -> String? {
            step()
            while let byte = current {
                if byte == quote {
                    step()
                    last = quote
                    return nil
                }
                if byte == 0x0A || byte == 0x0D {
                    return "a line ends within a string; a token from a file has its line end cut off first"
                }
                if byte < 0x20 { return "a control character within a string" }
                if byte == UInt8(ascii: "\\") {
                    step()
                    guard let escape = current else { return nil }
                    guard StaticString("\"\\/bfnrtu").bytes.contains(escape) else {
                        return "a backslash that begins no escape; write two for one"
                    }
                }
                step()
            }
            return nil
        }

        /// Of a byte outside of strings.
        mutating func passOther(_ byte: UInt8) -> String? {
            let next = at(place + 1)
            switch byte {
            case UInt8(ascii: "#"):
                return comment
            case UInt8(ascii: "/") where next == UInt8(ascii: "/") || next == UInt8(ascii: "*"):
                return comment
            case UInt8(ascii: "'"):
                return "a single quotation mark; JSON has double ones (\")"
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if last == UInt8(ascii: ",") { return "a comma before a closing bracket; take it out" }
            case UInt8(ascii: "="):
                return "a sign of equality; JSON has a colon between key and value"
            case UInt8(ascii: "T"), UInt8(ascii: "F"), UInt8(ascii: "N"):
                if isWord("True") || isWord("False") || isWord("None") {
                    return "a constant of Python's; JSON has true, false and null"
                }
            case 0x80...:
                return beyondASCII
            default:
                if isKeyPlace, isWordByte(byte) { return "a key without quotation marks" }
            }
            if byte > 0x20 { last = byte }
            step()
            return nil
        }

        private var comment: String { "a comment; JSON has none" }

        private var isKeyPlace: Bool { last == UInt8(ascii: "{") }

        private func isWordByte(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || ASCII.isLetter(byte)
        }

        private func isWord(_ word: StaticString) -> Bool {
            UnsafeBufferPointer(rebasing: text[place...]).starts(with: word.bytes)
        }

        /// Letters outside of strings are no JSON either, but not known to be one of these things.
        private var beyondASCII: String? {
            var characters = UTF8Characters(UnsafeBufferPointer(rebasing: text[place...]))
            guard let character = characters.next() else { return nil }
            let name = " (U+" + UnfitCharacter.hexadecimal(character) + ")"
            return switch UnfitCharacter(character) {
            case .quotationMark: "a typographic quotation mark" + name + "; JSON has straight ones (\")"
            case .space: "a space that JSON does not know" + name + "; put an ordinary one in its place"
            case .unseen: "a character that nobody sees" + name + "; take it out"
            default: "a character that stands outside of quotation marks" + name
            }
        }
    }
}
