/// One operation under way: carries out what its machine asks for, over a wire that others may share, and tells it
/// what came of it. Knows the time and the deadline; knows nothing of HTTP statuses.
///
/// Whoever drives it tells it when its exchange has ended, looks in no later than `nextLook`, and stops when there is
/// a conclusion.
struct Run<Operating: Machine, Link: Wire>: ~Copyable {
    private enum Pending {
        case nothing
        case exchange(Link.Exchange, Sending, limit: Milliseconds, until: Milliseconds)
        case wait(until: Milliseconds)
        /// For its turn to begin a request.
        case turn(Sending, HTTPRequest, HeaderList, at: Milliseconds)
        case token(flight: Int, until: Milliseconds)
    }

    let operation: Operation
    private let process: ProcessState
    private let wire: Link
    private let owner: Int
    private let minder: UInt
    /// The flight in which it mints a token.
    private var flight = 0
    private var machine: Operating
    private var pending = Pending.nothing
    /// The latest reading of the clock.
    private var moment: Moment
    private var token: TokenStore.Token?
    private(set) var attempts: [Attempt] = []
    /// Every minted token that was used, so that none gets into the result.
    private var tokens: [Secret] = []
    private var verdict: Verdict?

    /// `owner` is what the run's exchanges are marked with; `minder` names to the store of tokens who drives the run,
    /// unless that is a thread that does nothing else.
    init(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ wire: Link, _ moment: Moment,
        owner: Int = 0, minder: UInt = 0
    ) {
        self.machine = machine
        self.operation = operation
        self.process = process
        self.wire = wire
        self.moment = moment
        self.owner = owner
        self.minder = minder
    }

    mutating func begin() {
        moment.mayRepeat = process.budget.allows(at: moment.now)
        carryOut(machine.begin(moment))
    }

    var isOver: Bool { verdict != nil }

    /// How the operation ended; nil before.
    var conclusion: Conclusion? {
        verdict.map {
            Conclusion(
                verdict: $0, attempts: attempts, tokens: tokens, elapsed: moment.now - operation.began)
        }
    }

    /// Whether an exchange of its own is under way.
    var hasExchange: Bool {
        if case .exchange = pending { true } else { false }
    }

    /// Whether it waits for a token that another operation mints.
    var awaitsToken: Bool {
        if case .token = pending { true } else { false }
    }

    /// When there will be something to do, if nothing happens before.
    var nextLook: Milliseconds {
        switch pending {
        case .nothing: moment.now
        case .exchange(_, _, _, let until), .wait(let until), .turn(_, _, _, let until),
            .token(_, let until):
            min(until, operation.deadline)
        }
    }

    // MARK: - What happens

    /// An exchange has ended. One that is not awaited any more is nothing.
    mutating func end(_ finished: Finished<Link.Exchange>, _ moment: Moment) {
        guard case .exchange(let exchange, let sending, _, _) = pending, finished.exchange === exchange
        else { return }
        see(moment)
        if let failure = finished.failure {
            abandon(exchange, sending, failure)
        } else {
            complete(exchange, sending)
        }
    }

    /// Does what is due.
    mutating func look(_ moment: Moment) {
        see(moment)
        if moment.now >= operation.deadline { return stop(.deadline) }
        switch pending {
        case .exchange(let exchange, let sending, let limit, let until):
            if moment.now >= until { giveUp(exchange, sending, Failure.tooSlow(exchange, after: limit)) }
        case .wait(let until):
            if moment.now >= until { tell(.waited) }
        case .turn(let sending, let request, let headers, let turn):
            guard moment.now >= turn else { return }
            pending = .nothing
            if let event = send(sending, request, headers) { tell(event) }
        case .token(let flight, _):
            if let event = useToken(process.tokens.outcome(of: flight, minder, moment.now)) { tell(event) }
        case .nothing:
            // Every action but the last leaves something to wait for; were it not so, the machine ends it.
            tell(.waited)
        }
    }

    mutating func stop(_ stop: Stop, _ moment: Moment) {
        see(moment)
        self.stop(stop)
    }

    private mutating func stop(_ stop: Stop) {
        var sent = false
        switch pending {
        case .exchange(let exchange, let sending, _, _):
            sent = exchange.wasSent
            record(exchange, Explain.stopped(stop, during: nil).text)
            if case .mint = sending {
                process.tokens.abandon(flight)
                sent = false
            }
        case .turn(.mint, _, _, _):
            process.tokens.abandon(flight)
        case .nothing, .wait, .turn, .token:
            break
        }
        pending = .nothing
        tell(.stopped(stop, sent: sent))
    }

    private mutating func see(_ moment: Moment) {
        self.moment = moment
        self.moment.mayRepeat = process.budget.allows(at: moment.now)
    }

    // MARK: - What the machine asks for

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
            return useToken(
                process.tokens.obtain(insteadOf: replacing ? token?.number : nil, minder, moment.now))
        case .send(let request):
            guard let httpRequest = operation.httpRequest(request), let token else {
                return .failed(Failure.outOfResources)
            }
            return queue(.request(request), httpRequest, token.headers)
        case .wait(let time):
            process.budget.take(at: moment.now)
            pending = .wait(until: moment.now + time)
            return nil
        case .finish(let verdict):
            if verdict.outcome.isSettled { process.budget.refund(at: moment.now) }
            self.verdict = verdict
            return nil
        }
    }

    // MARK: - Exchanges

    /// Sends a request when its turn comes.
    private mutating func queue(
        _ sending: Sending, _ request: HTTPRequest, _ headers: HeaderList
    ) -> Event? {
        guard let turn = process.pace.takeTurn(at: moment.now, deadline: operation.deadline) else {
            if case .mint = sending { process.tokens.abandon(flight) }
            return .stopped(.pace, sent: false)
        }
        if turn <= moment.now { return send(sending, request, headers) }
        pending = .turn(sending, request, headers, at: turn)
        return nil
    }

    private mutating func send(
        _ sending: Sending, _ request: HTTPRequest, _ headers: HeaderList
    ) -> Event? {
        // Half of what is left, so that a lost answer can still be read back.
        let limit = max((operation.deadline - moment.now) / 2, 1)
        attempts.append(Attempt(sending, at: wire.wallTime(), began: moment.now))
        guard let exchange = wire.begin(request, headers, limit: limit) else {
            attempts.removeLast()
            return event(sending, Failure.outOfResources)
        }
        exchange.owner = owner
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
        process.tokens.abandon(flight)
        tell(.authorizationFailed(failure.trouble, isFinal: false))
    }

    private mutating func event(_ sending: Sending, _ failure: Failure) -> Event {
        guard case .mint = sending else { return .failed(failure) }
        let event = Event.authorizationFailed(failure.trouble, isFinal: failure.isFinal)
        process.tokens.fail(event, of: flight)
        return event
    }

    private mutating func record(_ exchange: Link.Exchange, _ answer: Answer) {
        let isError = !(200...299).contains(answer.status)
        record(exchange, isError ? answer.message ?? answer.error : nil, status: answer.status)
        let began = attempts.last?.began ?? moment.now
        if answer.asksForLess {
            process.pace.slowDown(at: moment.now, requestBegan: began)
        } else {
            process.pace.answered(at: moment.now, requestBegan: began)
        }
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

    // MARK: - Tokens

    private mutating func useToken(_ answer: TokenStore.Grant) -> Event? {
        switch answer {
        case .ready(let token):
            take(token)
            return .authorized
        case .failed(let event):
            return event
        case .wait(let flight, let mayBeLeft):
            let until = mayBeLeft ? moment.now + TokenStore.patience : operation.deadline
            pending = .token(flight: flight, until: until)
            return nil
        case .mint(let flight):
            self.flight = flight
            guard case .pair(let pair) = operation.configuration.credentials else {
                process.tokens.abandon(flight)
                return .authorizationFailed(Explain.nothingKnown, isFinal: true)
            }
            guard let request = operation.service.mint(pair) else {
                return event(.mint, Failure.outOfResources)
            }
            return queue(.mint, request, HeaderList())
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
        process.tokens.fail(event, of: flight)
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
    init<Operating: Machine>(_ machine: Operating, _ event: Event, _ operation: Operation, now: Milliseconds)
    {
        var machine = machine
        let moment = Moment(now: now, chance: 0)
        _ = machine.begin(moment)
        verdict = Verdict(outcome: .unknown, evidence: .none, message: Explain.nothingKnown.text)
        if case .finish(let verdict) = machine.handle(event, moment) { self.verdict = verdict }
        attempts = []
        tokens = []
        elapsed = now - operation.began
    }
}
