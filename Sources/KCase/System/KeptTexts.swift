import CSystem
import Synchronization

/// Texts that were made of an object when somebody asked for them by name, and are kept as long as the
/// object. Any number of threads may ask at once, without a lock: one that a fork leaves locked would stay
/// so.
@usableFromInline
package struct KeptTexts: ~Copyable, Sendable {
    /// The address of the entry that was made last; 0 if there is none. An entry is memory from malloc: the
    /// address of the one before, the name with a NUL, and the text with one.
    private let newest = Atomic<UInt>(0)

    private static var headBytes: Int { MemoryLayout<UInt>.size }

    package init() {}

    package func text(named name: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
        KeptTexts.text(named: name, from: newest.load(ordering: .acquiring))
    }

    /// Keeps a copy, unless another thread was first; the text that is kept, or nil where memory is lacking.
    package func keep(
        _ text: UnsafeBufferPointer<UInt8>, named name: UnsafePointer<CChar>
    ) -> UnsafePointer<CChar>? {
        let nameBytes = strlen(name) + 1
        let place = KeptTexts.headBytes + nameBytes
        guard let entry = malloc(place + text.count + 1) else { return nil }
        memcpy(entry + KeptTexts.headBytes, name, nameBytes)
        if let source = text.baseAddress { memcpy(entry + place, source, text.count) }
        entry.storeBytes(of: 0, toByteOffset: place + text.count, as: UInt8.self)
        var found = newest.load(ordering: .acquiring)
        while true {
            if let winner = KeptTexts.text(named: name, from: found) {
                free(entry)
                return winner
            }
            entry.storeBytes(of: found, as: UInt.self)
            let (isExchanged, current) = newest.compareExchange(
                expected: found, desired: UInt(bitPattern: entry), ordering: .acquiringAndReleasing)
            if isExchanged { return UnsafeRawPointer(entry + place).assumingMemoryBound(to: CChar.self) }
            found = current
        }
    }

    private static func text(
        named name: UnsafePointer<CChar>, from newest: UInt
    ) -> UnsafePointer<CChar>? {
        var next = newest
        while let entry = UnsafeRawPointer(bitPattern: next) {
            let ownName = (entry + headBytes).assumingMemoryBound(to: CChar.self)
            if strcmp(ownName, name) == 0 { return ownName + strlen(ownName) + 1 }
            next = entry.load(as: UInt.self)
        }
        return nil
    }

    deinit {
        var next = newest.load(ordering: .acquiring)
        while let entry = UnsafeMutableRawPointer(bitPattern: next) {
            next = entry.load(as: UInt.self)
            free(entry)
        }
    }
}
