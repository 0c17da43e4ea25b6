import CSystem

/// Bytes that arrive, up to a limit. The memory comes from malloc, which can say no; Swift's cannot.
struct ByteBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>?
    private var count = 0
    private var room = 0
    /// What stays allocated between two uses.
    private static let keptBytes = 65_536

    /// Room for a usual answer, before it is asked for. False where memory is lacking.
    mutating func prepare() -> Bool {
        if room > 0 { return true }
        start = malloc(ByteBuffer.usualBytes)?.assumingMemoryBound(to: UInt8.self)
        room = start == nil ? 0 : ByteBuffer.usualBytes
        return start != nil
    }

    private static let usualBytes = 4096

    /// False if the limit or the memory does not allow it; nothing is added then.
    mutating func append(_ bytes: UnsafeRawBufferPointer, countMax: Int) -> Bool {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return true }
        guard bytes.count <= countMax - count else { return false }
        if bytes.count > room - count {
            let wanted = max(count + bytes.count, min(room * 2, countMax), ByteBuffer.usualBytes)
            guard let larger = realloc(start, wanted) else { return false }
            start = larger.assumingMemoryBound(to: UInt8.self)
            room = wanted
        }
        guard let start else { return false }
        memcpy(start + count, source, bytes.count)
        count += bytes.count
        return true
    }

    func withBytes<Output>(_ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output {
        body(UnsafeBufferPointer(start: start, count: count))
    }

    mutating func clear() {
        if let start { kc_wipe(start, count) }
        count = 0
        if room > ByteBuffer.keptBytes {
            free(start)
            start = nil
            room = 0
        }
    }

    deinit { free(start) }
}
