/// A text that C hands over: up to its NUL, or of a length in bytes. The bytes are borrowed.
package enum GivenText {
    case none
    case terminated(UnsafePointer<CChar>)
    /// Without the blanks and NULs at its end: with them a field of a fixed length is filled up.
    case counted(UnsafeBufferPointer<UInt8>)
    /// What is wrong with how it is handed over.
    case wrong(StaticString)

    package init(_ text: UnsafePointer<CChar>?) {
        if let text { self = .terminated(text) } else { self = .none }
    }

    package init(_ text: UnsafePointer<CChar>?, count: Int32) {
        if count < 0 {
            self = .wrong("its length must not be negative")
        } else if let text {
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count)).bindMemory(to: UInt8.self)
            self = .counted(GivenText.withoutFilling(bytes))
        } else {
            self = count == 0 ? .none : .wrong("must not be NULL if it has a length")
        }
    }

    /// The bytes, but no more than one beyond the most that is allowed; nil if there is no text.
    package func bytes(
        _ name: StaticString, bytesMax: Int
    ) throws(InvalidInput) -> UnsafeBufferPointer<UInt8>? {
        switch self {
        case .none: return nil
        case .terminated(let text):
            let length = boundedLength(text, bytesMax: bytesMax)
            return UnsafeRawBufferPointer(start: text, count: length).bindMemory(to: UInt8.self)
        case .counted(let bytes): return UnsafeBufferPointer(rebasing: bytes.prefix(bytesMax + 1))
        case .wrong(let rule): throw InvalidInput(name, rule.text)
        }
    }

    private static func withoutFilling(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var count = bytes.count
        while count > 0, bytes[count - 1] == UInt8(ascii: " ") || bytes[count - 1] == 0 { count -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[..<count])
    }
}
