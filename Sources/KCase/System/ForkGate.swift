import CSystem

/// Lets no fork happen while a thread is inside libcurl. libcurl and its TLS library hold locks of their own
/// in there, for moments; a child that is made in such a moment inherits them locked, and the thread that
/// would unlock them is not in the child.
///
/// Waiting for the network happens outside, so a fork waits for no answer.
package enum ForkGate {
    /// One for the process, made when the first client is; the host's own fork handlers are left as they are.
    nonisolated(unsafe) private static let gate: UnsafeMutablePointer<kc_gate> = {
        let gate = UnsafeMutablePointer<kc_gate>.allocate(capacity: 1)
        kc_gate_init(gate)
        pthread_atfork(
            { kc_gate_lock(ForkGate.gate) }, { kc_gate_unlock(ForkGate.gate) },
            { kc_gate_init(ForkGate.gate) })
        return gate
    }()

    package static func inside<Output>(_ body: () -> Output) -> Output {
        kc_gate_enter(gate)
        defer { kc_gate_leave(gate) }
        return body()
    }
}
