import CSystem
import Synchronization

/// Where threads sleep until something changes. `wakeAll` may be called from a signal handler, which no
/// condition variable allows.
final class Turnstile {
    private let word = UnsafeMutablePointer<Atomic<UInt32>>.allocate(capacity: 1)

    init() {
        word.initialize(to: Atomic(0))
    }

    /// What `sleep` must be given: taken before the condition is looked at, so that no wake-up is lost.
    var ticket: UInt32 { word.pointee.load(ordering: .acquiring) }

    /// Sleeps until a `wakeAll` later than the ticket, or for the time given; may return early.
    func sleep(ticket: UInt32, for timeout: Milliseconds) {
        kc_futex_wait(word, ticket, max(timeout, 0))
    }

    func wakeAll() {
        _ = word.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
        kc_futex_wake_all(word)
    }

    deinit {
        word.deinitialize(count: 1)
        word.deallocate()
    }
}
