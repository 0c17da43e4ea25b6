import KCaseSystem

/// What a PEM text holds, as far as its form tells.
package struct PEMText {
    /// Blocks that are whole: an END line of the same label, and a DER object in base64 between.
    package private(set) var certificates = 0
    package private(set) var keys = 0
    package private(set) var encryptedKeys = 0
    /// Blocks that are not.
    package private(set) var brokenCertificates = 0
    package private(set) var brokenKeys = 0

    package init(_ text: UnsafeBufferPointer<UInt8>) {
        var lines = Lines(text)
        while let line = lines.next() {
            if let label = PEMText.label(line, "-----BEGIN ") { note(label, PEMText.body(&lines, label)) }
        }
    }

    private mutating func note(_ label: Line, _ body: Body) {
        switch true {
        case PEMText.isOne(label, of: ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"]):
            if body.isWhole { certificates += 1 } else { brokenCertificates += 1 }
        case PEMText.isOne(label, of: ["ENCRYPTED PRIVATE KEY"]):
            if body.isWhole { encryptedKeys += 1 } else { brokenKeys += 1 }
        case PEMText.isOne(
            label, of: ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"]):
            guard body.isWhole else { return brokenKeys += 1 }
            if body.isEncrypted { encryptedKeys += 1 } else { keys += 1 }
        default:
            break
        }
    }

    // MARK: - Lines

    private typealias Line = Slice<UnsafeBufferPointer<UInt8>>

    /// What is between a BEGIN line and the end of its block.
    private struct Body {
        var isEncrypted = false
        var isWhole = false
    }

    private struct Lines {
        private let text: UnsafeBufferPointer<UInt8>
        private var start = 0

        init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

        /// Without the line end, and blanks before it.
        mutating func next() -> Line? {
            guard start < text.count else { return nil }
            let end = text[start...].firstIndex(of: 0x0A) ?? text.count
            var last = end
            while last > start, text[last - 1] <= 0x20 { last -= 1 }
            defer { start = end + 1 }
            return text[start..<last]
        }

        /// The next line is a BEGIN line again.
        func isAtBegin() -> Bool {
            text[min(start, text.count)...].starts(with: StaticString("-----BEGIN ").bytes)
        }
    }

    private static func label(_ line: Line, _ start: StaticString) -> Line? {
        let end: StaticString = "-----"
        guard line.count > start.utf8CodeUnitCount + end.utf8CodeUnitCount, line.starts(with: start.bytes),
            line.suffix(end.utf8CodeUnitCount).elementsEqual(end.bytes)
        else { return nil }
        return line.dropFirst(start.utf8CodeUnitCount).dropLast(end.utf8CodeUnitCount)
    }

    private static func isOne(_ label: Line, of labels: [StaticString]) -> Bool {
        labels.contains { label.elementsEqual($0.bytes) }
    }

    /// Reads to the END line of the block.
    private static func body(_ lines: inout Lines, _ label: Line) -> Body {
        var body = Body()
        var content = Content()
        while !lines.isAtBegin(), let line = lines.next() {
            if let end = PEMText.label(line, "-----END ") {
                body.isWhole = end.elementsEqual(label) && content.isWhole(isEncrypted: body.isEncrypted)
                return body
            }
            if line.contains(UInt8(ascii: ":")) {
                // A header line, of the older form.
                if line.starts(with: StaticString("Proc-Type:").bytes),
                    line.suffix(9).elementsEqual(StaticString("ENCRYPTED").bytes)
                {
                    body.isEncrypted = true
                }
            } else {
                content.append(line)
            }
        }
        return body
    }

    // MARK: - Base64

    /// The first bytes of a DER object, and how long it is.
    private struct Content {
        private var bits: UInt32 = 0
        private var bitCount = 0
        private var count = 0
        private var first: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
        private var hasEnded = false
        private var isBroken = false

        mutating func append(_ line: Line) {
            for byte in line {
                guard let value = PEMText.base64(byte) else {
                    if byte == UInt8(ascii: "=") { hasEnded = true } else { isBroken = true }
                    continue
                }
                if hasEnded { isBroken = true }
                bits = (bits << 6 | UInt32(value)) & 0xFFFF
                bitCount += 6
                if bitCount >= 8 {
                    bitCount -= 8
                    note(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
                }
            }
        }

        private mutating func note(_ byte: UInt8) {
            switch count {
            case 0: first.0 = byte
            case 1: first.1 = byte
            case 2: first.2 = byte
            case 3: first.3 = byte
            default: break
            }
            count += 1
        }

        /// A SEQUENCE as long as it says. (What an older form has encrypted says nothing. Nor is what follows
        /// a certificate's own object counted: OpenSSL puts what is trusted there.)
        func isWhole(isEncrypted: Bool) -> Bool {
            if isBroken || count == 0 { return false }
            if isEncrypted { return true }
            guard first.0 == 0x30 else { return false }
            let (head, length): (Int, Int) =
                switch first.1 {
                case 0x81: (3, Int(first.2))
                case 0x82: (4, Int(first.2) << 8 | Int(first.3))
                case 0..<0x80: (2, Int(first.1))
                // Longer ones, and those of no given length, are for the TLS library to judge.
                default: (0, 0)
                }
            return count >= head + length
        }
    }

    private static func base64(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
