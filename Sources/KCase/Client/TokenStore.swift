/// The client's token: given, or minted once for all who need it at the same time ("single flight").
final class TokenStore {
    /// A token in the form in which requests carry it.
    struct Token {
        let headers: HeaderList
        let secret: Secret
        /// Which of this store's tokens it is; 0 is the one that was given.
        let number: Int

        var isMinted: Bool { number > 0 }
    }

    enum Grant {
        case ready(Token)
        /// The caller is the one to mint, and must end this flight with `publish`, `fail` or `abandon`.
        case mint(flight: Int)
        /// Somebody else is minting: ask `outcome` of this flight once woken, and, if it may be left alone, every now
        /// and then.
        case wait(flight: Int, mayBeLeft: Bool)
        /// The flight that the caller waited for failed, in this way.
        case failed(Event)
    }

    private struct State {
        var token: Token?
        var issued = 0
        var flight = 0
        var isMinting = false
        /// Who drives the operation that mints; 0 is a thread of its own, which never leaves it alone.
        var minder: UInt = 0
        /// Since when nobody has worked on it.
        var leftAt: Milliseconds?
        var failure: (flight: Int, event: Event)?
    }

    /// How long a flight may be left alone before another is begun: a host works on its batch when it likes.
    static let patience: Milliseconds = 250

    private let state: Mutex<State>
    private let wake: () -> Void

    /// `wake` is called whenever a flight has ended.
    init(_ credentials: Credentials, wake: @escaping () -> Void) {
        self.wake = wake
        var initial = State()
        if case .token(let secret) = credentials {
            initial.token = Token(headers: HeaderList(token: secret), secret: secret, number: 0)
        }
        state = Mutex(initial)
    }

    /// A token other than the rejected one, or how to come by it.
    func obtain(insteadOf rejected: Int?, _ minder: UInt, _ now: Milliseconds) -> Grant {
        state.withLock { state in
            if let token = state.token, token.number != rejected { return .ready(token) }
            return TokenStore.takeOff(&state, minder, now)
        }
    }

    /// What came of the flight.
    func outcome(of flight: Int, _ minder: UInt, _ now: Milliseconds) -> Grant {
        state.withLock { state in
            if !state.isMinting || state.flight != flight {
                if let token = state.token { return .ready(token) }
                if let failure = state.failure, failure.flight == flight { return .failed(failure.event) }
            }
            return TokenStore.takeOff(&state, minder, now)
        }
    }

    func publish(_ secret: Secret) -> Token {
        let token = state.withLock { state in
            state.issued += 1
            let token = Token(
                headers: HeaderList(token: secret), secret: secret, number: state.issued)
            state.token = token
            state.isMinting = false
            return token
        }
        wake()
        return token
    }

    /// The flight failed: those who waited for it share its failure.
    func fail(_ event: Event, of flight: Int) {
        state.withLock { state in
            guard flight == state.flight else { return }
            state.failure = (flight, event)
            state.isMinting = false
        }
        wake()
    }

    /// The flight was broken off for a cause of its own: the next who asks mints.
    func abandon(_ flight: Int) {
        state.withLock { state in
            if flight == state.flight { state.isMinting = false }
        }
        wake()
    }

    /// The minder works on its operations now.
    func attend(_ minder: UInt) {
        state.withLock { state in
            if state.minder == minder { state.leftAt = nil }
        }
    }

    /// The minder leaves its operations alone, for nobody knows how long.
    func leave(_ minder: UInt, at now: Milliseconds) {
        state.withLock { state in
            if state.isMinting, state.minder == minder { state.leftAt = now }
        }
    }

    /// A flight of the caller's, or the one that is under way.
    private static func takeOff(_ state: inout State, _ minder: UInt, _ now: Milliseconds) -> Grant {
        let isLeftAlone = state.leftAt.map { now - $0 >= patience } ?? false
        if state.isMinting, !isLeftAlone {
            return .wait(flight: state.flight, mayBeLeft: state.minder != 0 && state.minder != minder)
        }
        state.token = nil
        state.isMinting = true
        state.flight += 1
        state.minder = minder
        state.leftAt = nil
        return .mint(flight: state.flight)
    }
}
