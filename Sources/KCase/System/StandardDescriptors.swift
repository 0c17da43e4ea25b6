import CSystem
import Synchronization

/// Keeps what others open for the library, in libcurl and the resolver, away from the numbers of standard
/// input, output and error: what a host writes to a closed standard error must not go to a server.
///
/// Where one of the three is closed, something that nobody hears takes its place while a connection is made.
/// A file that the host opens in that time gets another number than it would have got.
package enum StandardDescriptors {
    private struct State {
        var holders = 0
        var placeholders: [OwnDescriptor] = []
        /// Whose they are: a child of the process has those that it inherited from no one that will release
        /// them.
        var processID: Int32 = 0
    }

    nonisolated(unsafe) private static var state = State()
    /// The process that a thread is inside of, looking at the state; 0 if none is. A child may inherit it
    /// from a thread that it does not have, and then takes it over.
    private static let owner = Atomic<Int32>(0)
    /// As in the state, to be read without its lock.
    private static let holders = Atomic<Int>(0)

    /// False where nothing is to be held: all three are open.
    package static func hold() -> Bool {
        guard holders.load(ordering: .relaxed) > 0 || kc_poll_is_standard_closed() != 0 else { return false }
        withState { state in
            state.holders += 1
            // Again for each holder: the host may have closed one meanwhile.
            for _ in 0..<3 {
                let opened = kc_open_placeholder()
                guard (0..<3).contains(opened) else {
                    if opened >= 0 { _ = kc_close(opened) }
                    return
                }
                state.placeholders.append(OwnDescriptor(marking: opened))
            }
        }
        return true
    }

    /// Whoever got true from `hold` calls this once.
    package static func release() {
        withState { state in
            state.holders = max(state.holders - 1, 0)
            if state.holders == 0 { letGo(&state) }
        }
    }

    package static func held<Output>(_ body: () -> Output) -> Output {
        let isHeld = hold()
        defer { if isHeld { release() } }
        return body()
    }

    private static func letGo(_ state: inout State) {
        for placeholder in state.placeholders { placeholder.close() }
        state.placeholders = []
        state.holders = 0
    }

    /// A mutex would stay locked in a child that is made while another thread holds it.
    private static func withState(_ body: (inout State) -> Void) {
        let own = kc_getpid()
        var expected: Int32 = 0
        while true {
            let (isExchanged, found) = owner.compareExchange(
                expected: expected, desired: own, ordering: .acquiringAndReleasing)
            if isExchanged { break }
            expected = found == own ? 0 : found
            sched_yield()
        }
        if state.processID != own {
            letGo(&state)
            state.processID = own
        }
        body(&state)
        holders.store(state.holders, ordering: .relaxed)
        owner.store(0, ordering: .releasing)
    }
}
