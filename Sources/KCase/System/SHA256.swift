import CCrypto

/// SHA-256, and codes that show who made a text (HMAC, RFC 2104), by the machine's libcrypto.
package enum SHA256 {
    package static var byteCount: Int { Int(KC_SHA256_BYTES) }

    /// Whether there is a libcrypto.
    package static var isAvailable: Bool { kc_sha256_is_there() != 0 }

    /// The digest of the bytes; nil where there is no libcrypto, or no memory.
    package static func digest(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        written { kc_sha256(bytes.baseAddress, bytes.count, $0) }
    }

    /// The digest of two texts, one behind the other, into memory of so many bytes, for who is inside the
    /// gate already; whether it could be written.
    package static func write(
        digestOf first: UnsafeBufferPointer<UInt8>, and second: UnsafeBufferPointer<UInt8>,
        to digest: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        kc_sha256_of_both(first.baseAddress, first.count, second.baseAddress, second.count, digest) != 0
    }

    /// The code of the bytes under the key; nil as above.
    package static func code(
        _ bytes: UnsafeBufferPointer<UInt8>, key: UnsafeBufferPointer<UInt8>
    ) -> [UInt8]? {
        written { kc_hmac_sha256(key.baseAddress, key.count, bytes.baseAddress, bytes.count, $0) }
    }

    /// Opening libcrypto takes locks of the dynamic linker.
    private static func written(_ write: (UnsafeMutablePointer<UInt8>) -> Int32) -> [UInt8]? {
        var isWritten = false
        let digest = [UInt8](unsafeUninitializedCapacity: byteCount) { memory, count in
            guard let start = memory.baseAddress else { return }
            start.initialize(repeating: 0, count: byteCount)
            isWritten = ForkGate.inside { write(start) != 0 }
            count = byteCount
        }
        return isWritten ? digest : nil
    }
}
