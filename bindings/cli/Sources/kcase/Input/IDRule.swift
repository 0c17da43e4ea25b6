/// What counts as a case id, and what is made of it. KarmaCheck's ids are UUIDs; whoever has others says so.
///
/// The rule is strict so that part of a line is never taken for an id: an id that a fixed-width field, a
/// spreadsheet or a wrong column has spoiled is no UUID any more.
struct IDRule {
    let anyID: Bool

    /// What is wrong with a text that should be an id.
    struct Refusal: Error {
        let reason: String
    }

    /// The id that a field holds, without the blanks, quotation marks and braces around it, and a UUID in
    /// lowercase.
    /// - Parameter place: where the field comes from, for the words of a refusal.
    func id(in field: ArraySlice<UInt8>, of place: IDPlace) throws(Refusal) -> ArraySlice<UInt8> {
        let text = unwrapped(field)
        if text.isEmpty {
            throw Refusal(reason: place.adviceIfEmpty.map { "no case id; \($0)" } ?? "no case id")
        }
        if isUUID(text) { return lowercased(text) }
        if !anyID { throw Refusal(reason: reason(against: text, of: place)) }
        if text.count > 256 { throw Refusal(reason: "longer than 256 bytes") }
        if text.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw Refusal(reason: "\"\(excerpt(text))\" has a control character in it")
        }
        return text
    }

    // MARK: - What may stand around an id

    private func unwrapped(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = trimmed(field)
        for (opening, closing) in [("\"", "\""), ("'", "'"), ("{", "}")] {
            if text.count >= 2, text.first == opening.utf8.first, text.last == closing.utf8.first {
                text = trimmed(text.dropFirst().dropLast())
            }
        }
        return text
    }

    /// Without spaces and tabs at both ends, and without no-break spaces (C2 A0), which mails and pages have.
    private func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = field
        while true {
            if let first = text.first, first == 0x20 || first == 0x09 {
                text = text.dropFirst()
            } else if text.starts(with: [0xC2, 0xA0]) {
                text = text.dropFirst(2)
            } else {
                break
            }
        }
        while true {
            if let last = text.last, last == 0x20 || last == 0x09 {
                text = text.dropLast()
            } else if text.count >= 2, text.suffix(2).elementsEqual([0xC2, 0xA0]) {
                text = text.dropLast(2)
            } else {
                return text
            }
        }
    }

    // MARK: - UUIDs

    static let uuidBytes = 36

    func isUUID(_ field: [UInt8]) -> Bool { isUUID(unwrapped(field[...])) }

    private func isUUID(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count == IDRule.uuidBytes else { return false }
        for (place, byte) in text.enumerated() {
            switch place {
            case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return false }
            default: if !isHexadecimal(byte) { return false }
            }
        }
        return true
    }

    private func lowercased(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if !text.contains(where: { UInt8(ascii: "A")...UInt8(ascii: "F") ~= $0 }) { return text }
        return ArraySlice(text.map { UInt8(ascii: "A")...UInt8(ascii: "F") ~= $0 ? $0 | 0x20 : $0 })
    }

    private func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    // MARK: - What is probably the matter

    private func reason(against text: ArraySlice<UInt8>, of place: IDPlace) -> String {
        let shown = "\"\(excerpt(text))\""
        if isSpreadsheetNumber(text) {
            let todo = if case .argument = place { "take it from" } else { "export" }
            return "\(shown) is a number that a spreadsheet has made of an id; \(todo) the column as text"
        }
        let hasSeparator = hasSeparator(text)
        if hasSeparator || text.contains(where: { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D }) {
            return "\(shown) has more than an id; \(place.advice(hasSeparator: hasSeparator))"
        }
        if text.count == 32, text.allSatisfy(isHexadecimal) {
            return "\(shown) has no hyphens; a case id looks like \(IDRule.example)"
        }
        if text.allSatisfy({ isHexadecimal($0) || $0 == UInt8(ascii: "-") }), text.count > 24 {
            return "\(shown) has \(text.count) characters, and a case id has 36: is it cut off?"
        }
        return "\(shown) is not a case id, which looks like \(IDRule.example); if yours differ, say --any-id"
    }

    /// What is said of a list's first line if it is words alone, as a heading is.
    func reason(againstFirst field: ArraySlice<UInt8>, of place: IDPlace) -> String? {
        let text = unwrapped(field)
        if text.isEmpty || text.count > 60 || text.contains(where: isDigit) || hasSeparator(text) {
            return nil
        }
        let words = excerpt(text)
        return place.advice(heading: words).map { "\"\(words)\" is not a case id; \($0)" }
    }

    private func hasSeparator(_ text: ArraySlice<UInt8>) -> Bool {
        text.contains { [0x09, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|")].contains($0) }
    }

    static let example = "e074241e-36e8-444b-bf55-bb4dad6d3f3d"

    /// 1.2E+17 or 1,2E+17.
    private func isSpreadsheetNumber(_ text: ArraySlice<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "E"), omittingEmptySubsequences: false)
        guard parts.count == 2, let exponent = parts.last, let mantissa = parts.first else { return false }
        let sign = [UInt8(ascii: "+"), UInt8(ascii: "-")]
        let point = [UInt8(ascii: "."), UInt8(ascii: ",")]
        let digits = exponent.drop { sign.contains($0) }
        return !digits.isEmpty && digits.allSatisfy(isDigit) && mantissa.first.map(isDigit) == true
            && mantissa.allSatisfy { isDigit($0) || point.contains($0) }
    }

    /// The beginning of a text, as a message may show it.
    private func excerpt(_ text: ArraySlice<UInt8>) -> String {
        printable(String(decoding: text.prefix(60), as: UTF8.self)) + (text.count > 60 ? "..." : "")
    }
}

/// A text without what a terminal would obey: control characters are shown as "?".
func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "?"
                default: scalar
                }
            }))
}
