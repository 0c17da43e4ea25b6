import CSystem

/// Looks for a run of bytes in others.
package enum ByteSearch {
    /// The place of the first such run; nil if there is none, or nothing to look for.
    package static func firstIndex(
        of run: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard let start = bytes.baseAddress, let wanted = run.baseAddress, !run.isEmpty,
            let found = kc_memmem(start, bytes.count, wanted, run.count)
        else { return nil }
        return found - UnsafeRawPointer(start)
    }

    package static func has(_ run: UnsafeBufferPointer<UInt8>, in bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { firstIndex(of: run, in: $0) != nil }
    }
}
