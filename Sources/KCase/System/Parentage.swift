import CSystem
import Synchronization

/// Tells a process from its parent, without asking the kernel each time where that can be had.
struct Parentage {
    private let processID = kc_process_id()
    private let mark: UInt64

    /// Of the process that runs now.
    init() { mark = Parentage.currentMark() }

    var isOfThisProcess: Bool {
        guard let witness = Parentage.witness else { return processID == kc_process_id() }
        return witness.pointee.load(ordering: .relaxed) == mark
    }

    /// The kernel empties this word in a child; the child marks it anew.
    nonisolated(unsafe) private static let witness: UnsafeMutablePointer<Atomic<UInt64>>? =
        kc_fork_witness().map { word in
            UnsafeMutableRawPointer(word).bindMemory(to: Atomic<UInt64>.self, capacity: 1)
        }

    private static let marks = Atomic<UInt64>(0)

    private static func currentMark() -> UInt64 {
        guard let witness else { return 0 }
        let found = witness.pointee.load(ordering: .relaxed)
        if found != 0 { return found }
        // A child inherits its parent's count of marks, so its own is a new one.
        let new = marks.wrappingAdd(1, ordering: .relaxed).newValue
        let (isExchanged, winner) = witness.pointee.compareExchange(
            expected: 0, desired: new, ordering: .relaxed)
        return isExchanged ? new : winner
    }
}
