/// Drives one operation over a wire, on the calling thread: carries out what the machine asks for, and tells it what
/// came of it. Knows the clock, the deadline and the host's interrupt; knows nothing of HTTP statuses.
struct Engine<Operating: Machine, Link: Wire>: ~Copyable {
    private enum Sending {
        case mint
        case request(Request)
    }

    private enum Pending {
        case nothing
        case exchange(Link.Exchange, Sending, limit: Milliseconds, until: Milliseconds)
        case wait(until: Milliseconds)
        case token(flight: Int)
    }

    private let operation: Operation
    private let process: ProcessState
    private let wire: Link
    private let interruptCount: UInt
    private var machine: Operating
    private var pending = Pending.nothing
    /// The latest reading of the clock: one at each step.
    private var moment: Moment
    private var token: TokenStore.Token?
    private var attempts: [Attempt] = []
    /// Every minted token that was used, so that none gets into the result.
    private var tokens: [Secret] = []
    private var verdict: Verdict?

    init(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ wire: Link, _ moment: Moment,
        interruptCount: UInt
    ) {
        self.machine = machine
        self.operation = operation
        self.process = process
        self.wire = wire
        self.interruptCount = interruptCount
        self.moment = moment
        self.moment.mayRepeat = process.budget.allows(at: moment.now)
    }

    /// Runs the operation to its end.
    consuming func run() -> Conclusion {
        carryOut(machine.begin(moment))
        while true {
            if let verdict {
                if verdict.outcome.isSettled { process.budget.refund(at: moment.now) }
                return Conclusion(
                    verdict: verdict, attempts: attempts, tokens: tokens,
                    elapsed: moment.now - operation.began)
            }
            step()
        }
    }

    /// Lets one thing happen, or sleeps until one may.
    private mutating func step() {
        if process.interruptCount != interruptCount {
            look()
            return stop(.interrupt)
        }
        if case .exchange(let exchange, let sending, let limit, let until) = pending {
            let finished = wire.advance()
            look()
            if let finished, finished.exchange === exchange { return end(finished, sending) }
            if moment.now >= operation.deadline { return stop(.deadline) }
            if moment.now >= until {
                return giveUp(exchange, sending, Failure.tooSlow(exchange, after: limit))
            }
            return sleep(until: until)
        }
        look()
        if moment.now >= operation.deadline { return stop(.deadline) }
        switch pending {
        case .wait(let until):
            if moment.now >= until { return tell(.waited) }
            sleep(until: until)
        case .token(let flight):
            if let event = useToken(process.tokens.outcome(of: flight)) { return tell(event) }
            if case .token = pending { sleep(until: operation.deadline) }
        case .nothing, .exchange:
            // Every action but the last leaves something to wait for; were it not so, the machine ends it.
            tell(.waited)
        }
    }

    private func sleep(until: Milliseconds) {
        wire.sleep(for: min(until, operation.deadline) - moment.now)
    }

    private mutating func end(_ finished: Finished<Link.Exchange>, _ sending: Sending) {
        if let failure = finished.failure {
            abandon(finished.exchange, sending, failure)
        } else {
            complete(finished.exchange, sending)
        }
    }

    /// Looks at the clock.
    private mutating func look() {
        moment = wire.moment()
        moment.mayRepeat = process.budget.allows(at: moment.now)
    }

    /// Tells the machine, and does what it says, until there is something to wait for.
    private mutating func tell(_ event: Event) {
        carryOut(machine.handle(event, moment))
    }

    private mutating func carryOut(_ first: Action) {
        var action = first
        while let event = start(action) { action = machine.handle(event, moment) }
    }

    /// Starts an action; if its event is there at once, returns it.
    private mutating func start(_ action: Action) -> Event? {
        pending = .nothing
        switch action {
        case .authorize(let replacing):
            return useToken(process.tokens.obtain(insteadOf: replacing ? token?.number : nil))
        case .send(let request):
            guard let httpRequest = operation.httpRequest(request), let token else {
                return .failed(Failure.outOfResources)
            }
            return begin(.request(request), httpRequest, token.headers)
        case .wait(let time):
            process.budget.take(at: moment.now)
            pending = .wait(until: moment.now + time)
            return nil
        case .finish(let verdict):
            self.verdict = verdict
            return nil
        }
    }

    private mutating func stop(_ stop: Stop) {
        var sent = false
        if case .exchange(let exchange, let sending, _, _) = pending {
            sent = exchange.wasSent
            record(exchange, Explain.stopped(stop, during: nil).text)
            if case .mint = sending {
                process.tokens.abandon()
                sent = false
            }
        }
        pending = .nothing
        tell(.stopped(stop, sent: sent))
    }

    // MARK: - Exchanges

    private mutating func begin(
        _ sending: Sending, _ request: HTTPRequest, _ headers: HeaderList
    ) -> Event? {
        // Half of what is left, so that a lost answer can still be read back.
        let limit = max((operation.deadline - moment.now) / 2, 1)
        attempts.append(Attempt(request: name(sending), at: wire.wallTime(), began: moment.now))
        guard let exchange = wire.begin(request, headers, limit: limit) else {
            attempts.removeLast()
            return event(sending, Failure.outOfResources)
        }
        pending = .exchange(exchange, sending, limit: limit, until: moment.now + limit)
        return nil
    }

    private mutating func complete(_ exchange: Link.Exchange, _ sending: Sending) {
        pending = .nothing
        switch sending {
        case .request(let request):
            let answer = exchange.withReply { operation.decode(request, $0) }
            record(exchange, answer)
            tell(.answered(answer))
        case .mint:
            let answer = exchange.withReply { AnswerDecoder.decode($0) }
            let event = minted(answer, exchange.withReply { AnswerDecoder.decodeToken($0) })
            record(exchange, answer)
            tell(event)
        }
    }

    /// Ends an exchange that has no whole answer.
    private mutating func abandon(_ exchange: Link.Exchange, _ sending: Sending, _ failure: Failure) {
        pending = .nothing
        record(exchange, failure.trouble.text)
        tell(event(sending, failure))
    }

    /// Ends an exchange for want of time. That is this operation's own affair: a token for which others wait, with
    /// more time perhaps, is for one of them to get.
    private mutating func giveUp(_ exchange: Link.Exchange, _ sending: Sending, _ failure: Failure) {
        guard case .mint = sending else { return abandon(exchange, sending, failure) }
        pending = .nothing
        record(exchange, failure.trouble.text)
        process.tokens.abandon()
        tell(.authorizationFailed(failure.trouble, isFinal: false))
    }

    private mutating func event(_ sending: Sending, _ failure: Failure) -> Event {
        guard case .mint = sending else { return .failed(failure) }
        let event = Event.authorizationFailed(failure.trouble, isFinal: failure.isFinal)
        process.tokens.fail(event)
        return event
    }

    private mutating func record(_ exchange: Link.Exchange, _ answer: Answer) {
        let isError = !(200...299).contains(answer.status)
        record(exchange, isError ? answer.message ?? answer.error : nil, status: answer.status)
    }

    /// Notes what came of the last attempt, and takes its exchange out.
    private mutating func record(_ exchange: Link.Exchange, _ error: String?, status: Int32 = 0) {
        if let last = attempts.indices.last {
            attempts[last].ended = moment.now
            attempts[last].sent = exchange.wasSent
            attempts[last].status = status
            attempts[last].error = error
            attempts[last].requestIDs = exchange.requestIDs
        }
        wire.end(exchange)
    }

    private func name(_ sending: Sending) -> StaticString {
        switch sending {
        case .mint: "authenticate"
        case .request(let request): request.name
        }
    }

    // MARK: - Tokens

    private mutating func useToken(_ answer: TokenStore.Grant) -> Event? {
        switch answer {
        case .ready(let token):
            take(token)
            return .authorized
        case .failed(let event):
            return event
        case .wait(let flight):
            pending = .token(flight: flight)
            return nil
        case .mint:
            guard case .pair(let pair) = operation.configuration.credentials else {
                process.tokens.abandon()
                return .authorizationFailed(Explain.nothingKnown, isFinal: true)
            }
            guard let request = operation.service.mint(pair) else {
                return event(.mint, Failure.outOfResources)
            }
            return begin(.mint, request, HeaderList())
        }
    }

    private mutating func take(_ token: TokenStore.Token) {
        if token.isMinted, self.token?.number != token.number { tokens.append(token.secret) }
        self.token = token
    }

    private mutating func minted(_ answer: Answer, _ secret: Secret?) -> Event {
        if let secret, (200...299).contains(answer.status) {
            take(process.tokens.publish(secret))
            return .authorized
        }
        let event = Authorization.event(answer)
        process.tokens.fail(event)
        return event
    }
}

/// How an operation ended, and what it did.
struct Conclusion {
    var verdict: Verdict
    var attempts: [Attempt]
    var tokens: [Secret]
    var elapsed: Milliseconds
}

extension Conclusion {
    /// How an operation ends that never got a wire.
    init<Operating: Machine>(_ machine: Operating, _ event: Event, _ operation: Operation) {
        var machine = machine
        let moment = Clock.moment()
        _ = machine.begin(moment)
        verdict = Verdict(outcome: .unknown, evidence: .none, message: Explain.nothingKnown.text)
        if case .finish(let verdict) = machine.handle(event, moment) { self.verdict = verdict }
        attempts = []
        tokens = []
        elapsed = moment.now - operation.began
    }
}
