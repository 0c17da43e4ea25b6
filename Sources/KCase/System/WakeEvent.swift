import CSystem

/// Wakes every poller that listens to it, at once or at its next sleep. It may be signaled from any thread
/// and from a signal handler: that is one write to a descriptor.
package final class WakeEvent {
    /// -1 where there was no descriptor left; then nobody is woken.
    let descriptor = kc_eventfd()

    package init() {}

    package func signal() {
        let error = kc_errno()
        kc_eventfd_write(descriptor)
        kc_set_errno(error)
    }

    deinit {
        if descriptor >= 0 { _ = kc_close(descriptor) }
    }
}
