import KCaseSystem

/// A case's id: opaque, but fit to be one segment of a URL's path.
///
/// The service has operations whose paths differ by one segment, so an id that could be read as more than one
/// segment, by the server or by anything in between, is refused and not only encoded.
package struct CaseID {
    static let bytesMax = 256

    package let text: String
    /// The id as a path segment, every byte outside RFC 3986's unreserved set percent-encoded.
    package let segment: [UInt8]

    /// What C hands over: NUL-terminated bytes, or nothing.
    package init(_ pointer: UnsafePointer<CChar>?) throws(InvalidInput) {
        guard let pointer else { throw InvalidInput("case_id: must not be NULL") }
        let bytes = try CaseID.bytes(pointer)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InvalidInput("case_id: is not valid UTF-8")
        }
        let isPlain = bytes.allSatisfy(CaseID.isUnreserved)
        try CaseID.check(bytes, isPlain: isPlain)
        self.text = text
        segment = isPlain ? bytes : CaseID.percentEncoded(bytes)
    }

    /// Whether the id in an answer names this case. Some databases write the letters of a UUID large.
    func matches(_ other: [UInt8]) -> Bool {
        ASCII.equalIgnoringCase(text.utf8, other)
    }

    private static func bytes(_ pointer: UnsafePointer<CChar>) throws(InvalidInput) -> [UInt8] {
        let length = boundedLength(pointer, bytesMax: bytesMax)
        guard length <= bytesMax else {
            throw InvalidInput("case_id", "is longer than " + decimal(bytesMax) + " bytes")
        }
        guard length > 0 else { throw InvalidInput("case_id: must not be empty") }
        return Array(UnsafeRawBufferPointer(start: pointer, count: length))
    }

    private static func check(_ bytes: [UInt8], isPlain: Bool) throws(InvalidInput) {
        if bytes.count <= 2, bytes.allSatisfy({ $0 == UInt8(ascii: ".") }) {
            throw InvalidInput("case_id: must not be \".\" or \"..\"")
        }
        if isPlain { return }
        if bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ") {
            throw InvalidInput("case_id: must not begin or end with a space")
        }
        for byte in bytes {
            if ASCII.isControl(byte) {
                throw InvalidInput("case_id: must not hold a control character")
            }
            if StaticString("/\\?#%").bytes.contains(byte) {
                throw InvalidInput("case_id: must not hold any of / \\ ? # %")
            }
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
