import CSystem
import Synchronization

/// Wakes every poller that listens to it, at once or at its next sleep. It may be signaled from any thread
/// and from a signal handler: that is one write to a descriptor.
package final class WakeEvent {
    /// 0 where there was no descriptor left; then the next who needs one makes it.
    private let word: Atomic<UInt64>

    package init() { word = Atomic(OwnDescriptor(kc_eventfd)?.word ?? 0) }

    package func signal() {
        let error = kc_errno()
        if let current, current.isOurs { kc_eventfd_write(current.number) }
        kc_set_errno(error)
    }

    /// What to listen to at present, if there is something.
    var current: OwnDescriptor? { OwnDescriptor(word: word.load(ordering: .acquiring)) }

    /// The same, and a new one where there is none or somebody has closed it; nil where descriptors are
    /// lacking.
    func descriptor() -> OwnDescriptor? {
        let found = current
        if let found, found.isOurs { return found }
        guard let new = OwnDescriptor(kc_eventfd) else { return nil }
        let (isExchanged, winner) = word.compareExchange(
            expected: found?.word ?? 0, desired: new.word, ordering: .acquiringAndReleasing)
        if isExchanged { return new }
        new.close()
        return OwnDescriptor(word: winner)
    }

    deinit { current?.close() }
}
