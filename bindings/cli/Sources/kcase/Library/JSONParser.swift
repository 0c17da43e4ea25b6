/// What is wrong with a JSON text, and where: for the user who wrote it.
struct JSONError: Error {
    let message: String
    let line: Int
}

extension JSON {
    /// Parses one JSON text, strictly: UTF-8, no name given twice in an object, at most 64 levels.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.wholeText()
    }
}

private struct JSONParser {
    static let levelsMax = 64

    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func wholeText() throws(JSONError) -> JSON {
        let value = try value(levels: JSONParser.levelsMax)
        skipBlanks()
        if position < bytes.count { throw error("something follows the JSON value") }
        return value
    }

    private func error(_ message: String) -> JSONError {
        let before = bytes[..<min(position, bytes.count)]
        return JSONError(message: message, line: 1 + before.count { $0 == 0x0A })
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(levels: Int) throws(JSONError) -> JSON {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return try object(levels: levels)
        case UInt8(ascii: "["): return try array(levels: levels)
        case UInt8(ascii: "\""): return .string(try string())
        case nil: throw error("the text ends too soon")
        default: return try word()
        }
    }

    private mutating func object(levels: Int) throws(JSONError) -> JSON {
        if levels == 0 { throw error("too many levels") }
        position += 1
        var members: [JSON.Member] = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object([]) }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw error("a name in quotation marks is missing") }
            let name = try string()
            if members.contains(where: { $0.name == name }) { throw error("\"\(name)\" is given twice") }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw error("a colon is missing") }
            members.append(JSON.Member(name: name, value: try value(levels: levels - 1)))
            skipBlanks()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or a brace is missing") }
        }
    }

    private mutating func array(levels: Int) throws(JSONError) -> JSON {
        if levels == 0 { throw error("too many levels") }
        position += 1
        var elements: [JSON] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array([]) }
        while true {
            elements.append(try value(levels: levels - 1))
            skipBlanks()
            if take(UInt8(ascii: "]")) { return .array(elements) }
            guard take(UInt8(ascii: ",")) else { throw error("a comma or a bracket is missing") }
        }
    }

    /// true, false, null or a number.
    private mutating func word() throws(JSONError) -> JSON {
        let start = position
        while let byte = next, isWordByte(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default:
            guard isNumber(bytes[start..<position]) else { throw error("this is no JSON value") }
            return .number(text)
        }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func digits() -> Int {
            let count = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let leadsWithZero = rest.first == UInt8(ascii: "0")
        let whole = digits()
        if whole == 0 || (leadsWithZero && whole > 1) { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            if digits() == 0 { return false }
        }
        if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                rest = rest.dropFirst()
            }
            if digits() == 0 { return false }
        }
        return rest.isEmpty
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var out: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: out, as: UTF8.self) else { throw error("not UTF-8") }
                return text
            case UInt8(ascii: "\\"): try escape(into: &out)
            case 0..<0x20: throw error("a control character in a text")
            default: out.append(byte)
            }
        }
        throw error("a text has no end")
    }

    private mutating func escape(into out: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw error("a text has no end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "u"): try unicodeEscape(into: &out)
        default: throw error("an unknown escape")
        }
    }

    private mutating func unicodeEscape(into out: inout [UInt8]) throws(JSONError) {
        var units = [try fourDigits()]
        if UTF16.isLeadSurrogate(units[0]), take(UInt8(ascii: "\\")) {
            guard take(UInt8(ascii: "u")) else { throw error("half a character") }
            units.append(try fourDigits())
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw error("half a character") }
        out.append(contentsOf: text.utf8)
    }

    private mutating func fourDigits() throws(JSONError) -> UInt16 {
        let digits = bytes[position..<min(position + 4, bytes.count)]
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16),
            digits.first != UInt8(ascii: "+")
        else { throw error("four hexadecimal digits are missing") }
        position += 4
        return unit
    }
}
