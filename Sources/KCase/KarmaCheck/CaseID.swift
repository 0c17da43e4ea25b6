import KCaseSystem

/// A case's id: opaque, but fit to be one segment of a URL's path.
///
/// The service has operations whose paths differ by one segment, so an id that could be read as more than one
/// segment, by the server or by anything in between, is refused and not only encoded. So is one that holds
/// what no id has and lists, spreadsheets and mails have around one.
package struct CaseID {
    static let bytesMax = 256

    /// As it was given, in UTF-8.
    package let bytes: [UInt8]
    /// As a path segment: every byte outside RFC 3986's unreserved set percent-encoded. Most ids have none.
    package let segment: [UInt8]

    package init(_ given: GivenText) throws(InvalidInput) {
        let bytes = try CaseID.bytes(given)
        let isPlain = bytes.allSatisfy(CaseID.isUnreserved)
        if isPlain { try CaseID.checkDots(bytes) } else { try CaseID.check(bytes) }
        self.bytes = bytes
        segment = isPlain ? bytes : CaseID.percentEncoded(bytes)
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the id in an answer names this case. Some databases write the letters of a UUID large.
    func matches(_ other: [UInt8]) -> Bool {
        ASCII.equalIgnoringCase(bytes, other)
    }

    /// Whether the two differ only in what is written around and between the digits of a UUID, so that the
    /// other might be this case in another spelling.
    func resembles(_ other: [UInt8]) -> Bool {
        ASCII.equalIgnoringCase(CaseID.bare(bytes), CaseID.bare(other))
    }

    private static func bare(_ id: some Sequence<UInt8>) -> [UInt8] {
        let around = StaticString("-{}() ").bytes
        return id.filter { !around.contains($0) }
    }

    private static func bytes(_ given: GivenText) throws(InvalidInput) -> [UInt8] {
        guard let bytes = try given.bytes("case_id", bytesMax: bytesMax) else {
            throw InvalidInput("case_id: must not be NULL")
        }
        guard bytes.count <= bytesMax else {
            throw InvalidInput("case_id", "is longer than " + decimal(bytesMax) + " bytes")
        }
        guard !bytes.isEmpty else { throw InvalidInput("case_id: must not be empty") }
        return Array(bytes)
    }

    /// The names of folders, in a path.
    private static func checkDots(_ bytes: [UInt8]) throws(InvalidInput) {
        if bytes.count <= 2, bytes.allSatisfy({ $0 == UInt8(ascii: ".") }) {
            throw InvalidInput("case_id: must not be \".\" or \"..\"")
        }
    }

    private static func check(_ bytes: [UInt8]) throws(InvalidInput) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InvalidInput("case_id: is not valid UTF-8")
        }
        var place = 0
        for character in text.unicodeScalars {
            place += 1
            if let unfit = UnfitCharacter(character.value) {
                throw InvalidInput("case_id", unfit.rule(character.value, place: place))
            }
        }
        if ASCII.equalIgnoringCase(bytes.prefix(9), "urn:uuid:".utf8) {
            throw InvalidInput("case_id: must not begin with \"urn:uuid:\"; give what follows it")
        }
    }

    // MARK: - An id that is refused

    /// What was given, to find it again in a list: bounded, of one line, and every character to be seen. ""
    /// if there is no text.
    package static func shown(_ given: GivenText) -> String {
        guard let found = try? given.bytes("case_id", bytesMax: bytesMax) else { return "" }
        let length = found.count
        let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(found).prefix(bytesMax))
        var shown = ""
        // One that is cut within a character loses its beginning, too.
        let whole = length > bytesMax ? bytes.prefix(wholeCharacters(bytes)) : bytes[...]
        for character in String(decoding: whole, as: UTF8.self).unicodeScalars {
            let text = visible(character)
            if shown.utf8.count + text.utf8.count > bytesMax { return shown + "…" }
            shown += text
        }
        return length > bytesMax ? shown + "…" : shown
    }

    /// How many of the bytes there are before a character that is cut at their end.
    private static func wholeCharacters(_ bytes: UnsafeRawBufferPointer) -> Int {
        for back in 1...3 where back < bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }

    private static func visible(_ character: Unicode.Scalar) -> String {
        // A space or U+FFFD can be seen, or is at least what it looks like.
        if character == " " || character.value == 0xFFFD { return String(character) }
        return switch UnfitCharacter(character.value) {
        case .control, .space, .unseen, .noCharacter:
            "\\u{" + UnfitCharacter.hexadecimal(character.value) + "}"
        default: String(character)
        }
    }

    private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
        let digits = StaticString("0123456789abcdef").bytes
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count)
        for byte in bytes {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return encoded
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }
}
