import CSystem
import Synchronization

/// A descriptor that the library opened: never 0, 1 or 2, which are the host's even while they are closed.
///
/// A host may close descriptors that are not its own, a daemon all of them, and open files of its own under
/// the same numbers. So the open file is marked, and it is noted which part of the library opened the number
/// last: what is not ours any more is neither used nor closed.
@usableFromInline
package struct OwnDescriptor: Equatable {
    package let number: Int32
    /// Which of all that were opened; from 1.
    private let serial: UInt32

    /// Takes over what the function opens; nil where descriptors are lacking.
    package init?(_ open: () -> Int32) {
        let lifted = StandardDescriptors.held { kc_fcntl_lift(open()) }
        guard lifted >= 0 else { return nil }
        self.init(marking: lifted)
    }

    /// Of what keeps its number, since another has noted it.
    package init(marking number: Int32) {
        kc_fcntl_mark(number)
        self.number = number
        serial = OwnDescriptor.opened.wrappingAdd(1, ordering: .relaxed).newValue
        OwnDescriptor.latest(number)?.pointee.store(serial, ordering: .relaxed)
    }

    package var isOurs: Bool {
        guard kc_fcntl_is_marked(number) != 0 else { return false }
        guard let latest = OwnDescriptor.latest(number) else { return true }
        return latest.pointee.load(ordering: .relaxed) == serial
    }

    /// Whether somebody else has its number now.
    package var isForeign: Bool { kc_fcntl_is_foreign(number) != 0 }

    /// Closes it if it is ours.
    package func close() {
        if isOurs { _ = kc_close(number) }
    }

    // MARK: - As a word, for an atomic

    package var word: UInt64 { UInt64(serial) << 32 | UInt64(UInt32(bitPattern: number)) }

    /// nil of 0.
    package init?(word: UInt64) {
        guard word != 0 else { return nil }
        number = Int32(bitPattern: UInt32(truncatingIfNeeded: word))
        serial = UInt32(truncatingIfNeeded: word >> 32)
    }

    // MARK: - Who opened a number last

    private static let opened = Atomic<UInt32>(0)

    /// Of higher numbers, only the mark is looked at.
    private static let numbersMax = 65_536

    /// Zero where a number was never ours. Its pages come into being as they are written to.
    nonisolated(unsafe) private static let serials: UnsafeMutablePointer<Atomic<UInt32>>? =
        calloc(numbersMax, MemoryLayout<Atomic<UInt32>>.stride)?.bindMemory(
            to: Atomic<UInt32>.self, capacity: numbersMax)

    private static func latest(_ number: Int32) -> UnsafeMutablePointer<Atomic<UInt32>>? {
        (0..<Int32(numbersMax)).contains(number) ? serials?.advanced(by: Int(number)) : nil
    }
}
