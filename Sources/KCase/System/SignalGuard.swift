import CSystem

/// Holds SIGPIPE back from this thread for as long as it exists, if it is needed.
struct SignalGuard: ~Copyable {
    private var guarding = kc_sigpipe_guard()

    init(isNeeded: Bool) {
        if isNeeded { kc_sigpipe_enter(&guarding) }
    }

    deinit {
        var copy = guarding
        kc_sigpipe_leave(&copy)
    }
}
