import KCaseSystem

/// Checks a text against JSON to the letter (RFC 8259): one object or array, and nothing else. It needs no
/// memory, and does not call itself: a host may have little of either.
struct JSONGrammar {
    enum Fault {
        case endsEarly
        case goesOn
        case encoding
        case nul
        case largeNumber
        case tooDeep
        case syntax
    }

    /// Far more than any text of this API needs; one bit of `objects` for each.
    static let levelsMax = 64

    /// An integer of more is beyond 64 bits.
    private static let digitsMax = 19

    private let text: UnsafeBufferPointer<UInt8>
    /// In the end, behind what is at fault.
    private(set) var place = 0
    private var depth = 0
    /// Whether each level is an object; the innermost in the lowest bit.
    private var objects: UInt64 = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    private enum Next {
        case value
        /// A key, and a colon.
        case key
        /// What follows a value inside an object or an array.
        case rest
    }

    /// nil if there is none.
    mutating func fault() -> Fault? {
        if let place = UTF8Validity.firstFault(in: text) {
            self.place = place + 1
            return .encoding
        }
        skipBlanks()
        guard current == UInt8(ascii: "{") || current == UInt8(ascii: "[") else { return unexpected() }
        var next = Next.value
        while depth > 0 || next != .rest {
            let found =
                switch next {
                case .value: value(&next)
                case .key: key(&next)
                case .rest: rest(&next)
                }
            if let found { return found }
        }
        skipBlanks()
        guard current != nil else { return nil }
        skipToken()
        return .goesOn
    }

    // MARK: - Objects and arrays

    private var isInObject: Bool { objects & 1 == 1 }

    private mutating func value(_ next: inout Next) -> Fault? {
        skipBlanks()
        guard let current else { return .endsEarly }
        if current == UInt8(ascii: "{") || current == UInt8(ascii: "[") {
            return open(isObject: current == UInt8(ascii: "{"), &next)
        }
        next = .rest
        switch current {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default: return word("true") || word("false") || word("null") ? nil : unexpected()
        }
    }

    private mutating func open(isObject: Bool, _ next: inout Next) -> Fault? {
        guard depth < JSONGrammar.levelsMax else { return .tooDeep }
        depth += 1
        objects = objects << 1 | (isObject ? 1 : 0)
        place += 1
        skipBlanks()
        next = takeEnd() ? .rest : isObject ? .key : .value
        return nil
    }

    private mutating func key(_ next: inout Next) -> Fault? {
        skipBlanks()
        guard current == UInt8(ascii: "\"") else { return unexpected() }
        if let fault = string() { return fault }
        skipBlanks()
        guard take(UInt8(ascii: ":")) else { return unexpected() }
        next = .value
        return nil
    }

    private mutating func rest(_ next: inout Next) -> Fault? {
        skipBlanks()
        if takeEnd() { return nil }
        guard take(UInt8(ascii: ",")) else { return unexpected() }
        next = isInObject ? .key : .value
        return nil
    }

    private mutating func takeEnd() -> Bool {
        guard take(isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
        depth -= 1
        objects >>= 1
        return true
    }

    // MARK: - Strings

    private mutating func string() -> Fault? {
        place += 1
        var hasNUL = false
        while let byte = current {
            place += 1
            if byte == UInt8(ascii: "\"") { return hasNUL ? .nul : nil }
            if byte < 0x20 { return .syntax }
            if byte == UInt8(ascii: "\\") {
                if let fault = escape(&hasNUL) { return fault }
            }
        }
        return .endsEarly
    }

    private mutating func escape(_ hasNUL: inout Bool) -> Fault? {
        guard let byte = current else { return .endsEarly }
        place += 1
        if byte != UInt8(ascii: "u") {
            return StaticString("\"\\/bfnrt").bytes.contains(byte) ? nil : .syntax
        }
        guard let unit = hexadecimal() else { return unexpected() }
        hasNUL = hasNUL || unit == 0
        // One of UTF-16's halves is no character; both together are.
        guard (0xD800...0xDFFF).contains(unit) else { return nil }
        guard unit < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = hexadecimal(),
            (0xDC00...0xDFFF).contains(low)
        else { return .syntax }
        return nil
    }

    private mutating func hexadecimal() -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = current.flatMap(ASCII.hexadecimalDigit) else { return nil }
            value = value << 4 | UInt32(digit)
            place += 1
        }
        return value
    }

    // MARK: - Numbers and words

    private mutating func number() -> Fault? {
        _ = take(UInt8(ascii: "-"))
        let start = place
        skipDigits()
        let digits = place - start
        guard digits == 1 || (digits > 1 && text[start] != UInt8(ascii: "0")) else { return unexpected() }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard skipDigits() else { return unexpected() }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            guard skipDigits() else { return unexpected() }
        }
        return isInteger && digits > JSONGrammar.digitsMax ? .largeNumber : nil
    }

    /// Whether there were any.
    @discardableResult
    private mutating func skipDigits() -> Bool {
        let start = place
        while let byte = current, ASCII.isDigit(byte) { place += 1 }
        return place > start
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let rest = UnsafeBufferPointer(rebasing: text[place...])
        guard rest.starts(with: word.bytes) else { return false }
        let end = place + word.utf8CodeUnitCount
        guard end == text.count || !ASCII.isLetter(text[end]) else { return false }
        place = end
        return true
    }

    // MARK: - Bytes

    private var current: UInt8? { place < text.count ? text[place] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        place += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = current, ASCII.isBlank(byte) { place += 1 }
    }

    private mutating func unexpected() -> Fault {
        if current == nil { return .endsEarly }
        skipToken()
        return .syntax
    }

    /// What a person would point at: a word, a string, or else one character.
    private mutating func skipToken() {
        guard let first = current else { return }
        if first == UInt8(ascii: "\"") {
            _ = string()
        } else if ASCII.isLetter(first) {
            while let byte = current, ASCII.isLetter(byte) { place += 1 }
        } else {
            place += 1
            while let byte = current, byte & 0xC0 == 0x80 { place += 1 }
        }
    }
}
