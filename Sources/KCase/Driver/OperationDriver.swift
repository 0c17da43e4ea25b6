import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// What an operation waits for.
private enum Pending<Exchange: TransportExchange> {
    case nothing
    case exchange(Exchange, Sending, limit: Milliseconds, until: Instant)
    case wait(until: Instant)
    /// For its turn to begin a request.
    case turn(Sending, HTTPRequest, at: Instant)
    /// For what others have of the transport.
    case transport(Sending, HTTPRequest)
    case token(flight: Int, until: Instant)
    /// For another operation of the client that cancels the same case; after that it goes on by itself.
    case sameCase(CasesInProgress.Ticket, until: Instant)
}

/// One operation in flight: carries out what its machine asks for, over a transport that others may share,
/// and tells it what came of it. Knows the time and the deadline; knows nothing of HTTP statuses.
///
/// Whoever drives it tells it when its exchange has ended, polls it no later than `nextDeadline`, and stops
/// when there is a conclusion.
struct OperationDriver<Operating: Machine, Link: Transport>: ~Copyable {
    let operation: Operation
    private let process: ProcessState
    private let transport: Link
    private var owner: Int
    private var driverID: UInt
    /// When it got a turn for its first request, if it began with one.
    private var turn: Instant?
    /// For how long that is good: longer, and whoever had to wait would be one of many that begin at once.
    private static var turnTimeMax: Milliseconds { 50 }
    /// The flight in which it mints a token.
    private var flight = 0
    private var machine: Operating
    private var pending = Pending<Link.Exchange>.nothing
    /// As of the latest reading of the clock.
    private var context: Context
    private var token: TokenStore.Token?
    private(set) var attempts: [Attempt] = []
    /// Every minted token that was used, so that none gets into the result.
    private var tokens: [Secret] = []
    private var verdict: Verdict?
    /// Under which the case is this operation's until it ends.
    private var ownCase: CasesInProgress.Ticket?

    /// `owner` is what the operation's exchanges are marked with; `driverID` names to the store of tokens who
    /// drives it, unless that is a thread that does nothing else.
    init(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ transport: Link,
        _ clock: ClockReading, owner: Int = 0, driverID: UInt = 0, hasTurn: Bool = false
    ) {
        self.machine = machine
        self.operation = operation
        self.process = process
        self.transport = transport
        self.owner = owner
        self.driverID = driverID
        context = OperationDriver.context(clock, process)
        turn = hasTurn ? clock.now : nil
    }

    mutating func begin() {
        guard machine.isExclusive, let caseID = operation.caseID else { return beginMachine() }
        proceed(process.cases.enter(caseID.segment))
    }

    private mutating func beginMachine() {
        pending = .nothing
        carryOut(machine.begin(context))
    }

    /// Goes on beside others, for another who drives it.
    mutating func handOver(to owner: Int, driverID: UInt) {
        self.owner = owner
        self.driverID = driverID
        if case .exchange(let exchange, _, _, _) = pending { exchange.owner = owner }
        process.tokens.handOver(flight, to: driverID, at: context.now)
    }

    /// Begins once no other operation of the client cancels the same case. It waits for half of its time at
    /// most: the other may belong to a batch that the host does not work on.
    private mutating func proceed(_ entrance: CasesInProgress.Entrance) {
        switch entrance {
        case .entered(let ticket):
            ownCase = ticket
            beginMachine()
        case .canceled(let evidence):
            pending = .nothing
            tell(.canceledByAnotherCall(evidence))
        case .occupied(let ticket):
            let until = operation.began + (operation.deadline - operation.began).half
            pending = .sameCase(ticket, until: until)
        }
    }

    private func leaveCase(_ verdict: Verdict) {
        guard let ownCase else { return }
        let isCanceled = verdict.outcome == .canceled || verdict.outcome == .alreadyCanceled
        // Others may rest on what stands; an acceptance for later does not.
        process.cases.leave(ownCase, canceled: isCanceled && verdict.isSettled ? verdict.evidence : nil)
    }

    var isOver: Bool { verdict != nil }

    /// How the operation ended; nil before. The driver is done with it: what it has is handed over and not
    /// copied.
    mutating func takeConclusion() -> Conclusion? {
        guard let verdict = verdict.take() else { return nil }
        var attempts: [Attempt] = []
        var tokens: [Secret] = []
        swap(&attempts, &self.attempts)
        swap(&tokens, &self.tokens)
        return Conclusion(
            verdict, attempts: attempts, tokens: tokens, elapsed: context.now - operation.began)
    }

    /// Whether an exchange of its own is under way.
    var hasExchange: Bool {
        if case .exchange = pending { true } else { false }
    }

    /// Whether it waits for another operation: for the token that it mints, the case that it cancels, or what
    /// it has of the transport.
    var awaitsOther: Bool {
        switch pending {
        case .token, .sameCase, .transport: true
        default: false
        }
    }

    /// Whether it waits for a token that another operation mints.
    var awaitsToken: Bool {
        if case .token = pending { true } else { false }
    }

    /// When there will be something to do, if nothing happens before.
    var nextDeadline: Instant {
        switch pending {
        case .nothing: context.now
        case .transport: operation.deadline
        case .exchange(_, _, _, let until), .wait(let until), .turn(_, _, let until),
            .token(_, let until), .sameCase(_, let until):
            min(until, operation.deadline)
        }
    }

    // MARK: - What happens

    /// An exchange has ended. One that is not awaited any more is nothing.
    mutating func end(_ completed: CompletedExchange<Link.Exchange>, _ clock: ClockReading) {
        guard case .exchange(let exchange, let sending, _, _) = pending, completed.exchange === exchange
        else { return }
        note(clock)
        if let error = completed.error {
            abandon(exchange, sending, Failure(error))
        } else {
            complete(exchange, sending)
        }
    }

    /// Does what is due.
    mutating func poll(_ clock: ClockReading) {
        note(clock)
        if context.now >= operation.deadline { return stop(.deadline) }
        switch pending {
        case .exchange(let exchange, let sending, let limit, let until):
            if context.now >= until {
                giveUp(exchange, sending, Failure(TransportError.tooSlow(exchange, after: limit)))
            }
        case .wait(let until):
            if context.now >= until { tell(.waited) }
        case .turn(let sending, let request, let turn):
            guard context.now >= turn else { return }
            pending = .nothing
            if let event = send(sending, request) { tell(event) }
        case .transport(let sending, let request):
            pending = .nothing
            if let event = send(sending, request) { tell(event) }
        case .token(let flight, _):
            if let event = useToken(process.tokens.outcome(of: flight, driverID, context.now)) { tell(event) }
        case .sameCase(let ticket, let until):
            guard context.now >= until else { return proceed(process.cases.askAgain(ticket)) }
            process.cases.abandon(ticket)
            beginMachine()
        case .nothing:
            // Every action but the last leaves something to wait for; were it not so, the machine ends it.
            tell(.driverFault)
        }
    }

    mutating func stop(_ stop: Stop, _ clock: ClockReading) {
        note(clock)
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
        case .turn(.mint, _, _), .transport(.mint, _):
            process.tokens.abandon(flight)
        case .sameCase(let ticket, _):
            process.cases.abandon(ticket)
        case .nothing, .wait, .turn, .transport, .token:
            break
        }
        pending = .nothing
        tell(.stopped(stop, sent: sent))
    }

    private mutating func note(_ clock: ClockReading) {
        context = OperationDriver.context(clock, process)
    }

    private static func context(_ clock: ClockReading, _ process: ProcessState) -> Context {
        Context(now: clock.now, jitter: clock.jitter, mayRepeat: process.budget.allows(at: clock.now))
    }

    // MARK: - What the machine asks for

    /// Tells the machine, and does what it says, until there is something to wait for.
    private mutating func tell(_ event: Event) {
        carryOut(machine.handle(event, context))
    }

    private mutating func carryOut(_ first: consuming Action) {
        var event = start(first)
        while let happened = event { event = start(machine.handle(happened, context)) }
    }

    /// Starts an action; if its event is there at once, returns it.
    private mutating func start(_ action: consuming Action) -> Event? {
        pending = .nothing
        switch consume action {
        case .authorize(let rejection):
            return useToken(
                process.tokens.obtain(
                    insteadOf: rejection == nil ? nil : token?.number, rejection, driverID, context.now))
        case .send(let request):
            guard let token, let httpRequest = operation.httpRequest(request, token: token.secret) else {
                return .failed(Failure.outOfResources)
            }
            return queue(.request(request), httpRequest)
        case .wait(let time):
            process.budget.take(at: context.now)
            pending = .wait(until: context.now + time)
            return nil
        case .rest(let time):
            pending = .wait(until: context.now + time)
            return nil
        case .finish(let verdict):
            if verdict.isSettled { process.budget.refund(at: context.now) }
            leaveCase(verdict)
            self.verdict = verdict
            return nil
        }
    }

    // MARK: - Exchanges

    /// Sends a request when its turn comes.
    private mutating func queue(_ sending: Sending, _ request: HTTPRequest) -> Event? {
        if let turn = turn.take(), context.now - turn <= OperationDriver.turnTimeMax {
            return send(sending, request)
        }
        guard let turn = process.pace.takeTurn(at: context.now, deadline: operation.deadline) else {
            if case .mint = sending { process.tokens.abandon(flight) }
            return .stopped(.pace, sent: false)
        }
        if turn <= context.now { return send(sending, request) }
        pending = .turn(sending, request, at: turn)
        return nil
    }

    private mutating func send(_ sending: Sending, _ request: HTTPRequest) -> Event? {
        guard transport.prepare() else {
            pending = .transport(sending, request)
            return nil
        }
        // Half of what is left, so that a lost answer can still be read back.
        let limit = max((operation.deadline - context.now).half, 1)
        attempts.append(Attempt(sending, at: transport.wallTime(), began: context.now))
        guard let exchange = transport.begin(request, limit: limit) else {
            attempts.removeLast()
            return event(sending, Failure.outOfResources)
        }
        exchange.owner = owner
        pending = .exchange(exchange, sending, limit: limit, until: context.now + limit)
        return nil
    }

    private mutating func complete(_ exchange: Link.Exchange, _ sending: Sending) {
        pending = .nothing
        switch sending {
        case .request(let request):
            let answer = decode(exchange, as: request)
            record(exchange, answer)
            tell(.answered(answer))
        case .mint:
            let minted = exchange.withReply { Authorization.decode($0) }
            let event = useMinted(minted)
            record(exchange, minted.answer)
            tell(event)
        }
    }

    private borrowing func decode(_ exchange: Link.Exchange, as request: Request) -> Answer {
        exchange.withReply { operation.decode(request, $0) }
    }

    /// Ends an exchange that has no whole answer.
    private mutating func abandon(_ exchange: Link.Exchange, _ sending: Sending, _ failure: Failure) {
        pending = .nothing
        record(exchange, failure.trouble.text)
        tell(event(sending, failure))
    }

    /// Ends an exchange whose time is over. That is this operation's own affair: a token for which others
    /// wait, with more time perhaps, is for one of them to get.
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
        let error = answer.isSuccess ? nil : answer.message ?? answer.error
        record(exchange, error, status: answer.status)
        let began = attempts.last?.began ?? context.now
        if answer.limitsRequests {
            process.pace.slowDown(at: context.now, requestBegan: began)
        } else {
            process.pace.answered(at: context.now, requestBegan: began)
        }
    }

    /// Notes what came of the last attempt, and takes its exchange out.
    private mutating func record(_ exchange: Link.Exchange, _ error: String?, status: Int32 = 0) {
        if let last = attempts.indices.last {
            attempts[last].ended = context.now
            attempts[last].sent = exchange.wasSent
            attempts[last].status = status
            attempts[last].error = error
            attempts[last].requestIDs = exchange.requestIDs
            if let trace = operation.trace { attempts[last].requestIDs.removeAll { trace.hold($0.value) } }
        }
        transport.end(exchange)
    }

    // MARK: - Tokens

    private mutating func useToken(_ answer: TokenStore.Grant) -> Event? {
        switch answer {
        case .ready(let token):
            take(token)
            return .authorized
        case .failed(let event):
            return event
        case .kept:
            return .tokenKept
        case .wait(let flight, let mayBeSuspended):
            let until = mayBeSuspended ? context.now + TokenStore.suspensionMax : operation.deadline
            pending = .token(flight: flight, until: until)
            return nil
        case .mint(let flight):
            self.flight = flight
            guard case .pair(let pair) = operation.account.credentials else {
                process.tokens.abandon(flight)
                return .authorizationFailed(Explain.nothingKnown, isFinal: true)
            }
            guard let request = operation.account.service.mint(pair) else {
                return event(.mint, Failure.outOfResources)
            }
            return queue(.mint, request)
        }
    }

    private mutating func take(_ token: TokenStore.Token) {
        if token.isMinted, self.token?.number != token.number { tokens.append(token.secret) }
        self.token = token
    }

    private mutating func useMinted(_ minted: Authorization.Minted) -> Event {
        if let secret = minted.token {
            take(process.tokens.publish(secret))
            return .authorized
        }
        let event = Authorization.event(minted.answer)
        process.tokens.fail(event, of: flight)
        return event
    }
}
