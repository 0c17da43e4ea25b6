import CSystem
import Synchronization

/// Where threads sleep until something changes. `wakeAll` may be called from a signal handler, which no
/// condition variable allows.
package final class EventCount {
    private let word = UnsafeMutablePointer<Atomic<UInt32>>.allocate(capacity: 1)
    /// How many threads sleep, or are about to: where none does, waking costs no system call.
    private let sleepers = Atomic<Int>(0)

    package init() {
        word.initialize(to: Atomic(0))
    }

    /// What `sleep` must be given: taken before the condition is looked at, so that no wake-up is lost.
    package var ticket: UInt32 { word.pointee.load(ordering: .acquiring) }

    /// Sleeps until a `wakeAll` later than the ticket, or for the time given; may return early.
    package func sleep(ticket: UInt32, atMost time: Milliseconds) {
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        kc_futex_wait(word, ticket, max(time.count, 0))
        sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    }

    package func wakeAll() {
        // In one order for all: a sleeper that is not counted yet will find the word changed.
        word.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { kc_futex_wake_all(word) }
    }

    deinit {
        word.deinitialize(count: 1)
        word.deallocate()
    }
}
