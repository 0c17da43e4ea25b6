import KCaseProtocol
import KCaseSystem

/// The client's token: given, or minted once for all who need it at the same time ("single flight").
package final class TokenStore {
    package struct Token {
        package let secret: Secret
        /// Which of this store's tokens it is; 0 is the one that was given.
        package let number: Int

        package var isMinted: Bool { number > 0 }
    }

    package enum Grant {
        case ready(Token)
        /// The token was replaced not long ago, for the same cause.
        case kept
        /// The caller is the one to mint, and must end this flight with `publish`, `fail` or `abandon`.
        case mint(flight: Int)
        /// Somebody else is minting: ask `outcome` of this flight once woken, and, if it may be suspended,
        /// every now and then.
        case wait(flight: Int, mayBeSuspended: Bool)
        /// The flight that the caller waited for failed, in this way.
        case failed(Event)
    }

    private struct State {
        var token: Token?
        var issued = 0
        var flight = 0
        var isMinting = false
        /// The driver of the operation that mints; 0 is a thread of its own, which never suspends it.
        var driverID: UInt = 0
        /// Since when its driver has not worked on it.
        var suspendedAt: Instant?
        var failure: (flight: Int, event: Event)?
        /// When a token was last replaced since the service forbade something.
        var replacedForbidden: Instant?
    }

    /// How long a flight may be suspended before another is begun: a host works on its batch when it likes.
    package static let suspensionMax: Milliseconds = 250

    /// 403 may mean that the token was revoked, or that it does not reach a case: a batch of such cases must
    /// not mint a token for each.
    package static let forbiddenReplacementInterval: Milliseconds = 300_000

    private let state: Locked<State>
    private let wake: () -> Void

    /// `wake` is called whenever a flight has ended.
    init(given token: Secret?, wake: @escaping () -> Void) {
        self.wake = wake
        var initial = State()
        initial.token = token.map { Token(secret: $0, number: 0) }
        state = Locked(initial)
    }

    /// A token other than the rejected one, or how to come by it.
    package func obtain(
        insteadOf rejected: Int?, _ rejection: Rejection?, _ driverID: UInt, _ now: Instant
    ) -> Grant {
        state.withLock { state in
            if let token = state.token, token.number != rejected { return .ready(token) }
            if rejection == .forbidden, !state.isMinting, state.token != nil {
                if let last = state.replacedForbidden, now - last < TokenStore.forbiddenReplacementInterval {
                    return .kept
                }
                state.replacedForbidden = now
            }
            return TokenStore.startFlight(&state, driverID, now)
        }
    }

    /// What came of the flight.
    package func outcome(of flight: Int, _ driverID: UInt, _ now: Instant) -> Grant {
        state.withLock { state in
            if !state.isMinting || state.flight != flight {
                if let token = state.token { return .ready(token) }
                if let failure = state.failure, failure.flight == flight { return .failed(failure.event) }
            }
            return TokenStore.startFlight(&state, driverID, now)
        }
    }

    package func publish(_ secret: Secret) -> Token {
        let token = state.withLock { state in
            state.issued += 1
            let token = Token(secret: secret, number: state.issued)
            state.token = token
            state.isMinting = false
            return token
        }
        wake()
        return token
    }

    /// The flight failed: those who waited for it share its failure.
    package func fail(_ event: Event, of flight: Int) {
        state.withLock { state in
            guard flight == state.flight else { return }
            state.failure = (flight, event)
            state.isMinting = false
        }
        wake()
    }

    /// The flight was abandoned for a cause of its own: the next who asks mints.
    package func abandon(_ flight: Int) {
        state.withLock { state in
            if flight == state.flight { state.isMinting = false }
        }
        wake()
    }

    /// The flight goes on under another driver, which does not work on it yet.
    package func handOver(_ flight: Int, to driverID: UInt, at now: Instant) {
        let isMinting = state.withLock { state in
            guard state.isMinting, state.flight == flight else { return false }
            state.driverID = driverID
            state.suspendedAt = now
            return true
        }
        // Who waits for it has to know that it may be suspended.
        if isMinting { wake() }
    }

    /// The driver works on its operations now.
    package func resume(_ driverID: UInt) {
        state.withLock { state in
            if state.driverID == driverID { state.suspendedAt = nil }
        }
    }

    /// The driver stops working on its operations, for nobody knows how long.
    package func suspend(_ driverID: UInt, at now: Instant) {
        state.withLock { state in
            if state.isMinting, state.driverID == driverID { state.suspendedAt = now }
        }
    }

    /// A flight of the caller's, or the one that is under way.
    private static func startFlight(_ state: inout State, _ driverID: UInt, _ now: Instant) -> Grant {
        let isGivenUp = state.suspendedAt.map { now - $0 >= suspensionMax } ?? false
        if state.isMinting, !isGivenUp {
            let mayBeSuspended = state.driverID != 0 && state.driverID != driverID
            return .wait(flight: state.flight, mayBeSuspended: mayBeSuspended)
        }
        state.token = nil
        state.isMinting = true
        state.flight += 1
        state.driverID = driverID
        state.suspendedAt = nil
        return .mint(flight: state.flight)
    }
}
