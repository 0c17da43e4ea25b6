import CSystem
import Synchronization

/// Tells a process from its parent, without asking the kernel each time where that can be had.
package struct ForkGeneration {
    private let processID = kc_getpid()
    private let number: UInt64

    /// Of the process that runs now.
    package init() { number = ForkGeneration.currentNumber() }

    package var isOfThisProcess: Bool {
        guard let word = ForkGeneration.word else { return processID == kc_getpid() }
        return word.pointee.load(ordering: .relaxed) == number
    }

    /// The kernel empties this word in a child; the child numbers it anew.
    nonisolated(unsafe) private static let word: UnsafeMutablePointer<Atomic<UInt64>>? =
        kc_mmap_wiped_on_fork().map { word in
            UnsafeMutableRawPointer(word).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
        }

    private static let numbers = Atomic<UInt64>(0)

    private static func currentNumber() -> UInt64 {
        guard let word else { return 0 }
        let found = word.pointee.load(ordering: .relaxed)
        if found != 0 { return found }
        // A child inherits how many numbers its parent has given, so its own is a new one.
        let new = numbers.wrappingAdd(1, ordering: .relaxed).newValue
        let (isExchanged, winner) = word.pointee.compareExchange(
            expected: 0, desired: new, ordering: .relaxed)
        return isExchanged ? new : winner
    }
}
