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
        guard previous.count == hashBytes else { return nil }
        var isWritten = false
        let digest = [UInt8](unsafeUninitializedCapacity: hashBytes) { room, count in
            guard let start = room.baseAddress else { return }
            start.initialize(repeating: 0, count: hashBytes)
            count = hashBytes
            isWritten = withPrefix(of: entry, at: place, after: previous) {
                SHA256.write(digestOf: $0, and: entry, to: start)
            }
        }
        return isWritten ? digest : nil
    }

    /// What is hashed before an entry. `previous` has `hashBytes`.
    private static func withPrefix<Output>(
        of entry: UnsafeBufferPointer<UInt8>, at place: Int64, after previous: [UInt8],
        _ body: (UnsafeBufferPointer<UInt8>) -> Output
    ) -> Output {
        let count = domain.bytes.count + hashBytes + 2 * MemoryLayout<UInt64>.size
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { room in
            guard let start = room.baseAddress else { return body(UnsafeBufferPointer(room)) }
            var text = Writer(start)
            text.put(domain.bytes)
            previous.withUnsafeBufferPointer { text.put($0) }
            text.put(UInt64(bitPattern: place))
            text.put(UInt64(entry.count))
            return body(UnsafeBufferPointer(room))
        }
    }

    /// Puts one piece behind the other.
    private struct Writer {
        private var place: UnsafeMutableRawPointer

        init(_ memory: UnsafeMutableRawPointer) { place = memory }

        mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
            if let start = bytes.baseAddress { memcpy(place, start, bytes.count) }
            place += bytes.count
        }

        mutating func put(_ number: UInt64) {
            var bytes = number.bigEndian
            memcpy(place, &bytes, MemoryLayout<UInt64>.size)
            place += MemoryLayout<UInt64>.size
        }
    }
}

extension JournalError {
    /// About what opening libcrypto takes.
    private static let libraryBytes = 1 << 20

    /// Why an entry could not be hashed.
    static var noHash: JournalError {
        if SHA256.isAvailable || !Shortage.hasMemory(libraryBytes) { return .lacking(.memory) }
        return JournalError("libcrypto.so.3, which hashes its entries, is missing")
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
