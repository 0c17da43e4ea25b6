import KCaseSystem

/// A value inside a JSON text, looked at in place: what is not wanted is skipped, and nothing is built. The
/// bytes are borrowed.
///
/// It is lenient where that does no harm. Brackets must match and strings must end; what a string or a number
/// that nobody asks for holds is not looked at.
package struct JSONSlice {
    /// Without blanks around it; never empty.
    let bytes: UnsafeBufferPointer<UInt8>

    /// How deep a text may nest: far more than any text of the service does.
    private static let levelsMax = 64

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// A whole text, which may begin with a byte-order mark; nil if it is not one value and nothing else.
    package init?(text: UnsafeBufferPointer<UInt8>) {
        var reader = JSONReader(ByteOrderMark.skipped(in: text))
        guard let value = reader.value(), reader.isAtEnd else { return nil }
        self = value
    }

    // MARK: - What it is

    package var isObject: Bool { bytes.first == UInt8(ascii: "{") }
    package var isArray: Bool { bytes.first == UInt8(ascii: "[") }
    package var isNull: Bool { isLiteral("null") }

    package var boolean: Bool? { isLiteral("true") ? true : isLiteral("false") ? false : nil }

    private func isLiteral(_ literal: StaticString) -> Bool { bytes.elementsEqual(literal.bytes) }

    /// nil if it is no integer, or too large for one.
    package var integer: Int64? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = isNegative ? bytes.dropFirst() : bytes[...]
        guard (1...18).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    /// Its bytes as they stand in the text.
    package var source: UnsafeBufferPointer<UInt8> { bytes }

    package var text: JSONText? {
        guard bytes.first == UInt8(ascii: "\""), bytes.count >= 2 else { return nil }
        return JSONText(UnsafeBufferPointer(rebasing: bytes[1..<(bytes.count - 1)]))
    }

    // MARK: - What it holds

    /// Calls the body with each member of an object until it returns false. False if this is no object, or
    /// not a sound one up to where the body stopped.
    @discardableResult
    package func forEachMember(_ body: (_ key: JSONText, _ value: JSONSlice) -> Bool) -> Bool {
        guard isObject else { return false }
        var reader = JSONReader(inside: bytes)
        if reader.isAtEnd { return true }
        while true {
            guard let key = reader.value()?.text, reader.take(UInt8(ascii: ":")),
                let value = reader.value()
            else { return false }
            if !body(key, value) { return true }
            if reader.isAtEnd { return true }
            guard reader.take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// The same for the elements of an array.
    @discardableResult
    package func forEachElement(_ body: (JSONSlice) -> Bool) -> Bool {
        guard isArray else { return false }
        var reader = JSONReader(inside: bytes)
        if reader.isAtEnd { return true }
        while true {
            guard let element = reader.value() else { return false }
            if !body(element) { return true }
            if reader.isAtEnd { return true }
            guard reader.take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// A member of an object.
    package enum Member {
        case none
        case one(JSONSlice)
        /// Given more than once, or the object is not sound: which is meant is a guess.
        case unclear
    }

    package func member(_ name: StaticString) -> Member {
        var found: JSONSlice?
        var isRepeated = false
        let isSound = forEachMember { key, value in
            guard key.equals(name) else { return true }
            isRepeated = found != nil
            found = value
            return !isRepeated
        }
        guard isSound, !isRepeated else { return .unclear }
        return found.map { .one($0) } ?? .none
    }

    /// A member that is given once; nil otherwise.
    package subscript(name: StaticString) -> JSONSlice? {
        if case .one(let value) = member(name) { value } else { nil }
    }

    // MARK: - Finding ends

    /// Reads values one after another.
    struct JSONReader {
        private let bytes: UnsafeBufferPointer<UInt8>
        private var place: Int
        private let end: Int

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
            place = 0
            end = bytes.count
        }

        /// Between the brackets of an object or an array.
        init(inside bytes: UnsafeBufferPointer<UInt8>) {
            self.bytes = bytes
            place = 1
            end = max(bytes.count - 1, 1)
        }

        var isAtEnd: Bool {
            mutating get {
                skipBlanks()
                return place >= end
            }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            skipBlanks()
            guard place < end, bytes[place] == byte else { return false }
            place += 1
            return true
        }

        mutating func value() -> JSONSlice? {
            skipBlanks()
            guard place < end else { return nil }
            let start = place
            let isSound =
                switch bytes[place] {
                case UInt8(ascii: "\""): skipString()
                case UInt8(ascii: "{"), UInt8(ascii: "["): skipNested()
                default: skipScalar()
                }
            guard isSound else { return nil }
            return JSONSlice(UnsafeBufferPointer(rebasing: bytes[start..<place]))
        }

        private mutating func skipBlanks() {
            while place < end, ASCII.isBlank(bytes[place]) { place += 1 }
        }

        private mutating func skipString() -> Bool {
            place += 1
            while place < end {
                let byte = bytes[place]
                place += 1
                if byte == UInt8(ascii: "\"") { return true }
                // What is escaped is no end, whatever it is.
                if byte == UInt8(ascii: "\\") { place += 1 }
            }
            return false
        }

        /// A number, true, false, null, or what else is written without quotes.
        private mutating func skipScalar() -> Bool {
            let start = place
            while place < end, JSONReader.isOfScalar(bytes[place]) { place += 1 }
            return place > start
        }

        private static func isOfScalar(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "."):
                true
            default:
                false
            }
        }

        /// An object or an array, without recursion: the host may have given its thread a small stack.
        private mutating func skipNested() -> Bool {
            var depth = 0
            /// One bit for each level: whether it is an object.
            var objects: UInt64 = 0
            while place < end {
                let byte = bytes[place]
                switch byte {
                case UInt8(ascii: "\""):
                    guard skipString() else { return false }
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    guard depth < JSONSlice.levelsMax else { return false }
                    depth += 1
                    objects = objects << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    guard objects & 1 == (byte == UInt8(ascii: "}") ? 1 : 0) else { return false }
                    depth -= 1
                    objects >>= 1
                default:
                    break
                }
                place += 1
                if depth == 0 { return true }
            }
            return false
        }
    }
}
