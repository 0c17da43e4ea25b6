import CSystem

/// Holds SIGPIPE back from this thread for as long as it exists.
struct SignalGuard: ~Copyable {
    private var guarding = kc_sigpipe_guard()

    init() { kc_sigpipe_enter(&guarding) }

    deinit {
        var copy = guarding
        kc_sigpipe_leave(&copy)
    }
}
