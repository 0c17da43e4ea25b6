@testable import KCase

/// A wire to a simulated service. A request is drawn its fate when it begins: what happens to it on the way there, at
/// the server, and on the way back.
final class SimulatedWire: Wire {
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

    func exchanges(about subject: SimulatedCase) -> [SimulatedExchange] {
        byCase[Substring("/case/id/" + subject.id), default: []]
    }

    func moment() -> Moment { Moment(now: service.now, chance: service.random.next()) }

    func wallTime() -> Milliseconds { service.now }

    func begin(_ request: HTTPRequest, _ headers: HeaderList, limit: Milliseconds) -> SimulatedExchange? {
        let exchange = SimulatedExchange(request, headers, at: service.now)
        exchanges.append(exchange)
        byCase[exchange.casePath, default: []].append(exchange)
        current.append(exchange)
        drawFate(exchange)
        return exchange
    }

    func advance() -> Finished<SimulatedExchange>? {
        for exchange in current {
            if let end = exchange.end { return Finished(exchange: exchange, failure: end.failure) }
        }
        return nil
    }

    func hasRoom(beside count: Int) -> Bool { count < connectionsMax }

    /// Every sleep may have ended by a wake-up.
    func takeWakeUp() -> Bool {
        defer { hasSlept = false }
        return hasSlept
    }

    func sleep(for time: Milliseconds) {
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
        let climate = service.climate
        if service.now < service.downUntil || service.random.happens(climate.noConnection) {
            let reason = service.random.pick([Reason.connect, .nameLookup, .tls, .proxy])
            return fail(exchange, after: service.random.time(0...500), sent: false, reason)
        }
        if service.random.happens(climate.connectionHangs) { return }
        service.at(service.now + service.random.time(0...200)) { [self] _ in leave(exchange) }
    }

    private func leave(_ exchange: SimulatedExchange) {
        guard !exchange.isDropped else { return }
        exchange.leave(at: service.now)
        if befalls(exchange, .requestLost, service.climate.requestLost) { return lose(exchange) }
        let slow = service.random.happens(service.climate.slow)
        service.at(service.now + service.random.time(1...(slow ? 30_000 : 300))) { [self] _ in
            arrive(exchange)
        }
    }

    private func arrive(_ exchange: SimulatedExchange) {
        let climate = service.climate
        service.noteArrival(exchange.path)
        if service.random.happens(climate.busy) {
            var answer = service.error(service.random.pick([429, 503]), "Busy", exchange.token)
            answer.retryAfter = service.random.pick([0, 1000, 5000, 120_000, 31_536_000_000])
            return reply(exchange, answer)
        }
        if service.random.happens(climate.strange) {
            // 400 to credentials would say that they are wrong.
            let status = service.random.pick(
                [301, 302, 405, 413, 418, exchange.isMint ? 404 : 400] as [Int32])
            return reply(exchange, service.error(status, "Strange", exchange.token))
        }
        if service.random.happens(climate.gatewayTimeout) {
            reply(exchange, service.error(service.random.pick([408, 502, 504]), "Timeout", exchange.token))
            if service.random.happens(0.5) {
                work(exchange)
            }
            return
        }
        if befalls(exchange, .errorBefore, climate.errorBefore) {
            return reply(
                exchange, service.error(service.random.pick([500, 503, 520]), "Error", exchange.token))
        }
        let answer = service.carryOut(exchange.path, token: exchange.token)
        if service.random.happens(climate.twice) {
            service.at(service.now + service.random.time(0...5000)) { service in
                _ = service.carryOut(exchange.path, token: exchange.token)
            }
        }
        if befalls(exchange, .errorAfter, climate.errorAfter) {
            return reply(
                exchange, service.error(service.random.pick([500, 503, 599]), "Error", exchange.token))
        }
        reply(exchange, answer)
    }

    /// The server works on, though it has given an answer.
    private func work(_ exchange: SimulatedExchange) {
        let subject = exchange.isCancel ? service.subject(exchange.path) : nil
        subject?.cancelsAtWork += 1
        service.at(service.now + service.random.time(0...20_000)) { service in
            subject?.cancelsAtWork -= 1
            _ = service.carryOut(exchange.path, token: exchange.token)
        }
    }

    private func reply(_ exchange: SimulatedExchange, _ answer: SimulatedService.Answer) {
        if befalls(exchange, .answerLost, service.climate.answerLost) { return lose(exchange) }
        service.at(service.now + service.random.time(1...300)) { _ in
            exchange.finish(answer)
        }
    }

    private func befalls(
        _ exchange: SimulatedExchange, _ kind: SimulatedService.Trouble, _ probability: Double
    ) -> Bool {
        service.befalls(kind, probability, exchange.path)
    }

    /// The request, or its answer, is lost: the client is told by a reset, or by nothing.
    private func lose(_ exchange: SimulatedExchange) {
        if service.random.happens(service.climate.silence) { return }
        fail(exchange, after: service.random.time(1...500), sent: true, .answerLost)
    }

    private func fail(
        _ exchange: SimulatedExchange, after time: Milliseconds, sent: Bool, _ reason: Reason
    ) {
        service.at(service.now + time) { _ in
            exchange.fail(Failure(sent: sent, trouble: Trouble(reason: reason, text: "simulated")))
        }
    }
}

final class SimulatedExchange: WireExchange {
    let path: String
    let token: String?
    var owner = 0
    var wasSent: Bool { sentAt != nil }
    let begunAt: Milliseconds
    /// The client no longer cares; the server may not know.
    var isDropped = false
    /// When it left.
    private(set) var sentAt: Milliseconds?
    private(set) var end: (answer: SimulatedService.Answer, failure: Failure?)?

    init(_ request: HTTPRequest, _ headers: HeaderList, at now: Milliseconds) {
        begunAt = now
        path = String(decoding: request.path.dropLast(), as: UTF8.self)
        token = SimulatedExchange.token(headers)
    }

    /// The path of the case that it is about.
    var casePath: Substring { isCancel ? path.dropLast("/cancel".count) : path[...] }
    var isCancel: Bool { path.hasSuffix("/cancel") }
    var isRead: Bool { !isCancel && !isMint }
    var isMint: Bool { path.hasSuffix("/auth/api") }
    var requestIDs: [(name: StaticString, value: String)] { [] }

    func leave(at moment: Milliseconds) { sentAt = moment }

    func finish(_ answer: SimulatedService.Answer) {
        if end == nil { end = (answer, nil) }
    }

    func fail(_ failure: Failure) {
        if end == nil { end = (SimulatedService.Answer(status: 0), failure) }
    }

    func withReply<Output>(_ read: (Reply) -> Output) -> Output {
        let answer = end?.answer ?? SimulatedService.Answer(status: 0)
        return Array(answer.body.utf8).withUnsafeBufferPointer { body in
            read(Reply(status: answer.status, retryAfter: answer.retryAfter, isPlainText: false, body: body))
        }
    }

    /// The token that the request shows: read from the very lines that libcurl would send.
    private static func token(_ headers: HeaderList) -> String? {
        let prefix = "Authorization: Bearer "
        guard let line = headers.lines?.pointee.data.map({ String(cString: $0) }), line.hasPrefix(prefix)
        else { return nil }
        return String(line.dropFirst(prefix.count))
    }
}
