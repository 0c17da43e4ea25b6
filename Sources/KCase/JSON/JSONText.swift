import CSystem
import KCaseSystem

/// A string in a JSON text, as it stands between its quotes. The bytes are borrowed.
package struct JSONText {
    let raw: UnsafeBufferPointer<UInt8>

    init(_ raw: UnsafeBufferPointer<UInt8>) { self.raw = raw }

    package var isEmpty: Bool { raw.isEmpty }

    /// Whether there are blanks in it alone.
    package var isBlank: Bool { raw.allSatisfy(ASCII.isBlank) }

    /// Of a word without a backslash. Escapes only make a text shorter than it is written.
    package func equals(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        if raw.count > count {
            return hasEscapes && decoded(bytesMax: count + 1).elementsEqual(word.bytes)
        }
        guard raw.count == count, let start = raw.baseAddress else { return raw.count == count }
        return memcmp(start, word.utf8Start, count) == 0
    }

    /// The bytes of a text that is known to be sound, for the length of the call. Of one with escapes that is
    /// longer than any that is wanted, no more than the beginning. No copy stays behind.
    func withBytes<Output>(_ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output {
        guard hasEscapes else { return body(raw) }
        var bytes = decoded(bytesMax: JSONText.decodedBytesMax)
        defer { bytes.withUnsafeMutableBytes { kc_wipe($0.baseAddress, $0.count) } }
        return bytes.withUnsafeBufferPointer(body)
    }

    /// More than any text that a caller gives may have.
    static let decodedBytesMax = 32_768

    /// The text's bytes, if it is sound: valid UTF-8, no NUL, nothing that has to be repaired. nil otherwise,
    /// or if it is longer than that.
    package func sound(bytesMax: Int) -> [UInt8]? {
        guard raw.count <= bytesMax * JSONText.escapeBytesMax else { return nil }
        var isSound = true
        let bytes = decoded(bytesMax: bytesMax + 1, isSound: &isSound)
        guard isSound, bytes.count <= bytesMax, bytes.withUnsafeBufferPointer(UTF8Validity.holds)
        else { return nil }
        return bytes
    }

    /// The text as a secret, of which no other copy stays behind; nil as for `sound`.
    package func secret(bytesMax: Int) -> Secret? {
        guard var bytes = sound(bytesMax: bytesMax) else { return nil }
        defer { bytes.withUnsafeMutableBytes { kc_wipe($0.baseAddress, $0.count) } }
        return bytes.withUnsafeBufferPointer { Secret(copying: $0) }
    }

    /// The text, with what is not sound in it replaced; the beginning of it, if it is longer than that.
    package func lenient(bytesMax: Int) -> String {
        let start = UnsafeBufferPointer(rebasing: raw.prefix(bytesMax * JSONText.escapeBytesMax))
        return String(decoding: JSONText(start).decoded(bytesMax: start.count), as: UTF8.self)
    }

    /// The most bytes that stand for one byte of text.
    private static let escapeBytesMax = 6

    private var hasEscapes: Bool { @inline(never) get { raw.contains(UInt8(ascii: "\\")) } }

    private func decoded(bytesMax: Int) -> [UInt8] {
        var isSound = true
        return decoded(bytesMax: bytesMax, isSound: &isSound)
    }

    /// No more of it than so many bytes and a character.
    @inline(never)
    private func decoded(bytesMax: Int, isSound: inout Bool) -> [UInt8] {
        var decoder = JSONEscapes(raw)
        let bytes = decoder.decode(bytesMax: bytesMax)
        isSound = decoder.isSound
        return bytes
    }
}

/// Puts characters in the place of their escapes (RFC 8259, 7). What stands for no character becomes U+FFFD.
private struct JSONEscapes {
    private let raw: UnsafeBufferPointer<UInt8>
    private var place = 0
    private(set) var isSound = true

    init(_ raw: UnsafeBufferPointer<UInt8>) { self.raw = raw }

    mutating func decode(bytesMax: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(raw.count, bytesMax + 4))
        while place < raw.count, bytes.count < bytesMax {
            let byte = raw[place]
            place += 1
            if byte == UInt8(ascii: "\\") {
                append(escaped(), to: &bytes)
            } else {
                if byte == 0 { isSound = false }
                bytes.append(byte)
            }
        }
        return bytes
    }

    private mutating func escaped() -> UInt32 {
        guard place < raw.count else { return unsound() }
        let byte = raw[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(byte)
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "u"): return unicode()
        default: return unsound()
        }
    }

    private mutating func unicode() -> UInt32 {
        guard let unit = hexadecimal(at: place) else { return unsound() }
        place += 4
        switch unit {
        case 0: return unsound()
        case 0xD800...0xDBFF:
            guard place + 1 < raw.count, raw[place] == UInt8(ascii: "\\"),
                raw[place + 1] == UInt8(ascii: "u"), let low = hexadecimal(at: place + 2),
                (0xDC00...0xDFFF).contains(low)
            else { return unsound() }
            place += 6
            return 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        case 0xDC00...0xDFFF: return unsound()
        default: return unit
        }
    }

    private func hexadecimal(at start: Int) -> UInt32? {
        guard start + 4 <= raw.count else { return nil }
        var value: UInt32 = 0
        for byte in raw[start..<(start + 4)] {
            guard let digit = ASCII.hexadecimalDigit(byte) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func unsound() -> UInt32 {
        isSound = false
        return 0xFFFD
    }

    private func append(_ character: UInt32, to bytes: inout [UInt8]) {
        guard let scalar = Unicode.Scalar(character) else { return }
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
