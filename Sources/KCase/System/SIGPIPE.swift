import CSystem

package enum SIGPIPE {
    /// Runs the body while the signal is held back from this thread, if that is needed.
    package static func held<Output>(if isNeeded: Bool, during body: () -> Output) -> Output {
        guard isNeeded else { return body() }
        var guarding = kc_sigpipe_guard()
        kc_sigpipe_enter(&guarding)
        defer { kc_sigpipe_leave(&guarding) }
        return body()
    }
}
