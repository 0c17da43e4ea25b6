import CSystem
import KCaseSystem

/// An entry's place in the trail, and its hash, which stands for all that came before.
struct TrailHead {
    var count: Int64
    var hash: [UInt8]
}

/// The trail of all that was written: entries that are only appended, each with a hash over its bytes and the
/// hash before it. Whoever changes one has to change all that follow, and so the head, which is kept
/// elsewhere.
enum Trail {
    /// Tells these hashes from those of other texts; the number is that of the way of hashing.
    private static var domain: StaticString { "kcase journal entry 1\n" }

    static let hashBytes = SHA256.byteCount

    /// SHA-256 of the domain, the hash before (32 bytes), the place and the entry's length (8 bytes each, the
    /// highest first), and the entry. nil where there is no libcrypto.
    static func hash(
        _ entry: UnsafeBufferPointer<UInt8>, at place: Int64, after previous: [UInt8]
    ) -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(domain.bytes.count + hashBytes + 16 + entry.count)
        text.append(contentsOf: domain.bytes)
        text.append(contentsOf: previous)
        append(UInt64(bitPattern: place), to: &text)
        append(UInt64(entry.count), to: &text)
        text.append(contentsOf: entry)
        var isWritten = false
        let digest = [UInt8](unsafeUninitializedCapacity: hashBytes) { memory, count in
            guard let start = memory.baseAddress else { return }
            start.initialize(repeating: 0, count: hashBytes)
            count = hashBytes
            isWritten = text.withUnsafeBufferPointer { SHA256.write(digestOf: $0, to: start) }
        }
        return isWritten ? digest : nil
    }

    private static func append(_ number: UInt64, to text: inout [UInt8]) {
        var shift: UInt64 = 64
        while shift > 0 {
            shift -= 8
            text.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

/// 32 bytes as 64 small hexadecimal digits, and back.
enum HashText {
    static func text(_ hash: [UInt8]) -> String {
        let digits = StaticString("0123456789abcdef").bytes
        var text: [UInt8] = []
        for byte in hash {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { ASCII.hexadecimalDigit($0) }
        guard digits.count == 2 * Trail.hashBytes else { return nil }
        var bytes: [UInt8] = []
        for index in 0..<Trail.hashBytes {
            guard let high = digits[2 * index], let low = digits[2 * index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
