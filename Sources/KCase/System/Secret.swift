import CSystem

/// Bytes that must not outlive their use: wiped when the last owner lets go.
package final class Secret {
    private let storage: UnsafeMutableBufferPointer<UInt8>

    package init(copying bytes: UnsafeBufferPointer<UInt8>) {
        storage = .allocate(capacity: bytes.count)
        _ = storage.initialize(from: bytes)
    }

    /// One part after another.
    package init(joining parts: [UnsafeBufferPointer<UInt8>]) {
        storage = .allocate(capacity: parts.reduce(0) { $0 + $1.count })
        storage.initialize(repeating: 0)
        var place = 0
        for part in parts {
            guard let source = part.baseAddress, let start = storage.baseAddress else { continue }
            memcpy(start + place, source, part.count)
            place += part.count
        }
    }

    /// With a NUL behind, for C.
    package init(terminating bytes: UnsafeBufferPointer<UInt8>) {
        storage = .allocate(capacity: bytes.count + 1)
        storage.initialize(repeating: 0)
        for (place, byte) in zip(storage.indices, bytes) { storage[place] = byte }
    }

    /// The bytes, for the length of the call. They are not to be copied into a String or an array.
    package func withBytes<Output>(_ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output {
        body(UnsafeBufferPointer(storage))
    }

    package var count: Int { storage.count }

    deinit {
        kc_wipe(storage.baseAddress, storage.count)
        storage.deallocate()
    }
}
