import KCaseSystem

/// What has probably happened to a value that somebody copied, read from a file or had put in by a program.
/// Nothing of the value is quoted: it may be a secret.
enum ValueDiagnosis {
    /// What is wrong with both ends of a text; nil if nothing is.
    static func ends(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        if let complaint = lineEnd(text) { return complaint }
        var characters = UTF8Characters(text)
        guard let first = characters.next(), let last = UTF8Characters.last(text) else { return nil }
        if let complaint = end(first, "begin") { return complaint }
        return end(last, "end")
    }

    static func lineEnd(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        guard let last = text.last, last == 0x0A || last == 0x0D else { return nil }
        return "must not end with a line end; cut off the one that a file's text has"
    }

    private static func end(_ character: UInt32, _ verb: StaticString) -> String? {
        let name = " (U+" + UnfitCharacter.hexadecimal(character) + ")"
        let start = "must not " + verb.text + " with "
        return switch UnfitCharacter(character) {
        case .space: start + "a space" + name
        case .unseen: start + "a character that nobody sees" + name
        case .control where (0x09...0x0D).contains(character): start + "a control character" + name
        default: nil
        }
    }

    /// What is wrong with a whole that can be seen in full: an address, or a product's name.
    static func unseen(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        if let complaint = ends(text) { return complaint }
        if text.allSatisfy({ $0 < 0x80 }) { return nil }
        var place = 0
        for character in UTF8Characters(text) {
            place += 1
            switch UnfitCharacter(character) {
            case .control, .space, .unseen, .noCharacter:
                if character >= 0x80 {
                    return "must not hold a character that nobody sees (U+"
                        + UnfitCharacter.hexadecimal(character) + ", character " + decimal(place) + ")"
                }
            default: break
            }
        }
        return nil
    }

    /// What is wrong with a secret beyond its bytes.
    static func secret(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        if let complaint = unseen(text) { return complaint }
        if begins(text, "bearer") || begins(text, "basic") || begins(text, "authorization:") {
            return "must not begin with the words of a header line; give the token alone"
        }
        if isQuoted(text) { return "must not have quotation marks around it" }
        if isPlaceholder(text) { return "is a placeholder that nothing was put into" }
        if text.count > 3, text.suffix(3).elementsEqual(StaticString("…").bytes) {
            return "is cut: it ends with an ellipsis"
        }
        return nil
    }

    /// A word, and then a space if it is a word of its own.
    private static func begins(_ text: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard text.count > count, ASCII.equalIgnoringCase(text.prefix(count), word.bytes) else {
            return false
        }
        return word.bytes.last == UInt8(ascii: ":") || text[count] == UInt8(ascii: " ")
    }

    private static func isQuoted(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var characters = UTF8Characters(text)
        guard let first = characters.next(), let last = UTF8Characters.last(text) else { return false }
        if case .quotationMark = UnfitCharacter(first) { return true }
        if case .quotationMark = UnfitCharacter(last) { return true }
        return false
    }

    private static func isPlaceholder(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let forms: [(start: StaticString, end: StaticString)] = [
            ("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">"), ("%{", "}"),
        ]
        return forms.contains { form in
            text.starts(with: form.start.bytes)
                && text.suffix(form.end.utf8CodeUnitCount).elementsEqual(form.end.bytes)
        }
    }
}
