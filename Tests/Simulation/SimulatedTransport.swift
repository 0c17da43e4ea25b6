@testable import KCaseDriver
@testable import KCaseHTTP
@testable import KCaseSystem

/// A transport to a simulated service. A request is drawn its fate when it begins: what happens to it on the
/// way there, at the server, and on the way back.
final class SimulatedTransport: Transport {
    let service: SimulatedService
    /// All there ever were, and those under way.
    private(set) var exchanges: [SimulatedExchange] = []
    private(set) var current: [SimulatedExchange] = []
    /// Those about a case, by its path.
    private var byCase: [Substring: [SimulatedExchange]] = [:]
    private let connectionsMax: Int
    private var hasSlept = false

    init(_ service: SimulatedService, connectionsMax: Int = 1) {
        self.service = service
        self.connectionsMax = connectionsMax
    }

    /// The request that a result lists as this attempt; nil if none was made.
    func claim(_ attempt: Attempt, about subject: SimulatedCase, for result: Int) -> SimulatedExchange? {
        let isCancel = attempt.sending == .request(.cancel)
        let candidates = byCase[Substring("/case/id/" + subject.id), default: []].filter { exchange in
            exchange.result == nil && exchange.isDropped && exchange.isCancel == isCancel
                && exchange.wasSent == attempt.sent
                && exchange.begunAt.milliseconds == attempt.at.millisecondsSince1970
        }
        // What was given up may have been answered since.
        let found =
            candidates.first { ($0.end?.answer.status ?? 0) == attempt.status }
            ?? (attempt.status == 0 ? candidates.first : nil)
        found?.result = result
        return found
    }

    func readClock() -> ClockReading { ClockReading(now: service.now, jitter: service.random.next()) }

    func wallTime() -> WallTime { WallTime(millisecondsSince1970: service.now.milliseconds) }

    func begin(_ request: HTTPRequest, limit: Milliseconds) -> SimulatedExchange? {
        let exchange = SimulatedExchange(request, at: service.now)
        exchanges.append(exchange)
        byCase[exchange.casePath, default: []].append(exchange)
        current.append(exchange)
        drawFate(exchange)
        return exchange
    }

    func advance() -> CompletedExchange<SimulatedExchange>? {
        for exchange in current {
            if let end = exchange.end { return CompletedExchange(exchange, error: end.error) }
        }
        return nil
    }

    func hasRoom(beside count: Int) -> Bool { count < connectionsMax }

    /// Every sleep may have ended by a wake-up.
    func takeWakeUp() -> Bool {
        defer { hasSlept = false }
        return hasSlept
    }

    func sleep(atMost time: Milliseconds) {
        hasSlept = true
        let until = service.now + max(time, 0)
        service.pass(until: min(until, service.nextTask ?? until))
    }

    func end(_ exchange: SimulatedExchange) {
        exchange.isDropped = true
        current.removeAll { $0 === exchange }
    }

    // MARK: - Fate

    private func drawFate(_ exchange: SimulatedExchange) {
        let faults = service.faults
        if service.now < service.downUntil || service.random.happens(faults.noConnection) {
            let kind = service.random.pick([TransportError.Kind.connect, .nameLookup, .tls, .proxy])
            return fail(exchange, after: service.random.time(0...500), sent: false, kind)
        }
        if service.random.happens(faults.connectionHangs) { return }
        service.at(service.now + service.random.time(0...200)) { [self] _ in leave(exchange) }
    }

    private func leave(_ exchange: SimulatedExchange) {
        guard !exchange.isDropped else { return }
        exchange.leave(at: service.now)
        if strikes(exchange, .requestLost, service.faults.requestLost) { return lose(exchange) }
        let slow = service.random.happens(service.faults.slow)
        service.at(service.now + service.random.time(1...(slow ? 30_000 : 300))) { [self] _ in
            arrive(exchange)
        }
    }

    private func arrive(_ exchange: SimulatedExchange) {
        let faults = service.faults
        if service.random.happens(faults.foreign) { return intercept(exchange) }
        service.noteArrival(exchange.path)
        if service.random.happens(faults.busy) {
            var answer = service.error(service.random.pick([429, 503]), "Busy", exchange.token)
            answer.retryAfter = service.random.pick([0, 1000, 5000, 120_000, .year])
            return reply(exchange, answer)
        }
        if service.random.happens(faults.strange) {
            // 400 to credentials would say that they are wrong.
            let status = service.random.pick(
                [301, 302, 405, 413, 418, exchange.isMint ? 404 : 400] as [Int32])
            return reply(exchange, service.error(status, "Strange", exchange.token))
        }
        if service.random.happens(faults.gatewayTimeout) {
            reply(exchange, service.error(service.random.pick([408, 502, 504]), "Timeout", exchange.token))
            if service.random.happens(0.5) {
                work(exchange)
            }
            return
        }
        if strikes(exchange, .errorBefore, faults.errorBefore) {
            return reply(
                exchange, service.error(service.random.pick([500, 503, 520]), "Error", exchange.token))
        }
        let answer = service.carryOut(exchange)
        // A copy of a request that was refused may come when it would not be refused any more.
        if service.random.happens(faults.twice), answer.status < 300 {
            service.at(service.now + service.random.time(0...5000)) { service in
                _ = service.carryOut(exchange)
            }
        }
        if strikes(exchange, .errorAfter, faults.errorAfter) {
            return reply(
                exchange, service.error(service.random.pick([500, 503, 599]), "Error", exchange.token))
        }
        reply(exchange, answer)
    }

    /// Somebody between answers, whatever the service does.
    private func intercept(_ exchange: SimulatedExchange) {
        let foreign = ForeignAnswer.draw(
            exchange, status: service.faults.foreignStatus, &service.random)
        switch foreign.effect {
        case .none: break
        case .before:
            service.noteArrival(exchange.path)
            _ = service.carryOut(exchange)
        case .later:
            service.noteArrival(exchange.path)
            work(exchange)
        }
        reply(exchange, foreign.answer)
    }

    /// The server works on, though it has given an answer.
    private func work(_ exchange: SimulatedExchange) {
        let subject = exchange.isCancel ? service.subject(exchange.path) : nil
        subject?.cancelsAtWork += 1
        service.at(service.now + service.random.time(0...20_000)) { service in
            subject?.cancelsAtWork -= 1
            _ = service.carryOut(exchange)
        }
    }

    private func reply(_ exchange: SimulatedExchange, _ answer: SimulatedService.Answer) {
        if strikes(exchange, .answerLost, service.faults.answerLost) { return lose(exchange) }
        service.at(service.now + service.random.time(1...300)) { _ in
            exchange.finish(answer)
        }
    }

    private func strikes(
        _ exchange: SimulatedExchange, _ kind: SimulatedService.Trouble, _ probability: Double
    ) -> Bool {
        service.strikes(kind, probability, exchange.path)
    }

    /// The request, or its answer, is lost: the client is told by a reset, or by nothing.
    private func lose(_ exchange: SimulatedExchange) {
        if service.random.happens(service.faults.silence) { return }
        fail(exchange, after: service.random.time(1...500), sent: true, .answerLost)
    }

    private func fail(
        _ exchange: SimulatedExchange, after time: Milliseconds, sent: Bool, _ kind: TransportError.Kind
    ) {
        service.at(service.now + time) { _ in
            exchange.fail(TransportError(kind, wasSent: sent, text: "simulated"))
        }
    }
}

final class SimulatedExchange: TransportExchange {
    let path: String
    let token: String?
    let body: String
    var owner = 0
    var wasSent: Bool { sentAt != nil }
    let begunAt: Instant
    /// The client no longer cares; the server may not know.
    var isDropped = false
    /// When it left.
    private(set) var sentAt: Instant?
    private(set) var end: (answer: SimulatedService.Answer, error: TransportError?)?

    init(_ request: HTTPRequest, at now: Instant) {
        begunAt = now
        path = String(decoding: request.path.dropLast(), as: UTF8.self)
        token = request.token?.withBytes { String(decoding: $0, as: UTF8.self) }
        body =
            if case .post(let body?) = request.method {
                body.withBytes { String(decoding: $0, as: UTF8.self) }
            } else {
                ""
            }
    }

    /// The path of the case that it is about.
    var casePath: Substring { isCancel ? path.dropLast("/cancel".count) : path[...] }
    var isCancel: Bool { path.hasSuffix("/cancel") }
    var isOfPart: Bool { path.hasSuffix("/services/cancel") || path.contains("/data/") }
    var isRead: Bool { !isCancel && !isMint && !isProbe }
    var isMint: Bool { path.hasSuffix("/auth/api") }
    var isProbe: Bool { path.hasSuffix("/package/min/list") }
    /// The result that lists it, as one counts.
    var result: Int?
    var requestIDs: [(name: StaticString, value: String)] { [] }

    func leave(at now: Instant) { sentAt = now }

    func finish(_ answer: SimulatedService.Answer) {
        if end == nil { end = (answer, nil) }
    }

    func fail(_ error: TransportError) {
        if end == nil { end = (SimulatedService.Answer(status: 0), error) }
    }

    func withReply<Output>(_ read: (Reply) -> Output) -> Output {
        let answer = end?.answer ?? SimulatedService.Answer(status: 0)
        return Array(answer.body.utf8).withUnsafeBufferPointer { body in
            read(Reply(status: answer.status, retryAfter: answer.retryAfter, body: body))
        }
    }
}
