import CSystem

/// Wakes every watch that hears it, at once or at its next sleep. It may be rung from any thread and from a signal
/// handler: ringing is one write to a descriptor.
final class Bell {
    /// -1 where there was no descriptor left; then it is not heard.
    let descriptor = kc_bell()

    func ring() {
        let error = kc_errno()
        kc_ring(descriptor)
        kc_set_errno(error)
    }

    deinit {
        if descriptor >= 0 { _ = kc_close(descriptor) }
    }
}
