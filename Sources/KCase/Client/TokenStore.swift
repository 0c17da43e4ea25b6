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
        /// The caller is the one to mint, and must end with `publish`, `fail` or `abandon`.
        case mint
        /// Somebody else is minting: ask `outcome` of this flight once woken.
        case wait(flight: Int)
        /// The flight that the caller waited for failed, in this way.
        case failed(Event)
    }

    private struct State {
        var token: Token?
        var issued = 0
        var flight = 0
        var isMinting = false
        var failure: (flight: Int, event: Event)?
    }

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
    func obtain(insteadOf rejected: Int?) -> Grant {
        state.withLock { state in
            if let token = state.token, token.number != rejected { return .ready(token) }
            return TokenStore.takeOff(&state)
        }
    }

    /// What came of the flight.
    func outcome(of flight: Int) -> Grant {
        state.withLock { state in
            if state.isMinting, state.flight == flight { return .wait(flight: flight) }
            if let token = state.token { return .ready(token) }
            if let failure = state.failure, failure.flight == flight { return .failed(failure.event) }
            return TokenStore.takeOff(&state)
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
    func fail(_ event: Event) {
        state.withLock { state in
            state.failure = (state.flight, event)
            state.isMinting = false
        }
        wake()
    }

    /// The flight was broken off for a cause of its own: the next who asks mints.
    func abandon() {
        state.withLock { $0.isMinting = false }
        wake()
    }

    private static func takeOff(_ state: inout State) -> Grant {
        if state.isMinting { return .wait(flight: state.flight) }
        state.token = nil
        state.isMinting = true
        state.flight += 1
        return .mint
    }
}
