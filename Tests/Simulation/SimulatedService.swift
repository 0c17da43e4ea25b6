@testable import KCase
@testable import KCaseProtocol
@testable import KCaseSystem

/// A KarmaCheck on a clock of its own. It knows the truth about its cases.
final class SimulatedService {
    struct Answer {
        var status: Int32
        var body = ""
        var retryAfter: Milliseconds?
        /// For a reading: the instant whose truth it shows.
        var shows: Instant?
        /// The service's own word that it did what was asked for.
        var isAcceptance = false
    }

    enum Trouble: CaseIterable {
        case requestLost, answerLost, errorBefore, errorAfter
    }

    /// Whether this trouble strikes this request, by the faults or by plan.
    func strikes(_ kind: Trouble, _ probability: Double, _ path: String) -> Bool {
        if path.hasSuffix("/cancel"), let subject = subject(path), subject.trouble == kind {
            subject.trouble = nil
            return true
        }
        return random.happens(probability)
    }

    /// What is about to happen on the server.
    private struct Task {
        var at: Instant
        var work: (SimulatedService) -> Void
    }

    private(set) var now = Instant(milliseconds: 5_000_000)
    var random: SeededRandom
    var faults: FaultRates

    let cases: [SimulatedCase]
    private(set) var wasTokenRevoked = false

    private var validTokens: Set<String> = []
    private var issuedTokens: Set<String> = []
    private(set) var minted = 0
    var areCredentialsGood = true
    /// Nobody can connect before this moment.
    var downUntil = Instant.distantPast
    private var tasks: [Task] = []

    init(_ faults: FaultRates, _ random: SeededRandom, cases count: Int = 1) {
        self.faults = faults
        self.random = random
        cases = (0..<count).map(SimulatedCase.init)
    }

    /// The first case, which is the only one in most histories.
    var subject: SimulatedCase { cases[0] }

    /// The case that a request is about; nil if it is about none.
    func subject(_ path: String) -> SimulatedCase? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "case", let number = SimulatedCase.number(String(parts[2])) else {
            return nil
        }
        return cases.indices.contains(number) ? cases[number] : nil
    }

    // MARK: - Time

    func at(_ time: Instant, _ work: @escaping (SimulatedService) -> Void) {
        tasks.append(Task(at: max(time, now), work: work))
    }

    /// When the next thing happens by itself.
    var nextTask: Instant? { tasks.map(\.at).min() }

    /// Lets the time pass, and everything happen in its order.
    func pass(until end: Instant) {
        while let index = tasks.indices.min(by: { tasks[$0].at < tasks[$1].at }), tasks[index].at <= end {
            let task = tasks.remove(at: index)
            now = max(now, task.at)
            task.work(self)
        }
        now = max(now, end)
    }

    /// Lets nothing more happen. What is to come refers to the world around the service, which refers to it.
    func end() { tasks.removeAll() }

    /// Lets everything happen that is still under way.
    func settle() {
        while let next = nextTask { pass(until: next) }
    }

    // MARK: - The world around

    func revokeTokens() {
        wasTokenRevoked = true
        validTokens.removeAll()
    }

    /// Every token that was given is good again.
    func restoreTokens() {
        wasTokenRevoked = false
        validTokens.formUnion(issuedTokens)
        areCredentialsGood = true
    }

    func accepts(_ token: String) -> Bool { validTokens.contains(token) }

    func issue(_ token: String) {
        validTokens.insert(token)
        issuedTokens.insert(token)
    }

    // MARK: - Requests

    /// Does what a request asks for.
    func carryOut(_ exchange: SimulatedExchange) -> Answer {
        if exchange.isMint { return mint() }
        guard let token = exchange.token, validTokens.contains(token) else {
            return error(exchange.isCancel ? faults.rejection : 403, "Unauthorized", exchange.token)
        }
        if exchange.isProbe { return Answer(status: 200, body: #"[{"id":"package-1"}]"#) }
        guard let subject = subject(exchange.path) else { return Answer(status: 404) }
        if exchange.isOfPart { return carryOutPart(exchange, subject, token) }
        return exchange.isCancel
            ? cancelRequest(subject, token, exchange) : readRequest(subject, token)
    }

    func noteArrival(_ path: String) {
        if path.hasSuffix("/cancel") { subject(path)?.cancelsArrived += 1 }
    }

    /// An error's body, in one of the documented shapes; in some histories the server repeats what it was
    /// shown.
    func error(_ status: Int32, _ message: String, _ token: String?) -> Answer {
        let words = random.happens(faults.echo) ? message + " for " + (token ?? "nobody") : message
        let documented = #"{"message":"\#(words)","error":"E","statusCode":\#(status)}"#
        guard random.happens(faults.oddBody) else { return Answer(status: status, body: documented) }
        let odd = [#"{"message":["\#(words)"]}"#, "", "{}", "<html>\(words)</html>"]
        return Answer(status: status, body: random.pick(odd))
    }

    private func mint() -> Answer {
        guard areCredentialsGood else { return error(403, "Forbidden", nil) }
        minted += 1
        let token = "minted-secret-\(minted)"
        issue(token)
        return Answer(
            status: 200, body: #"{"id":"i","username":"u","token":"\#(token)","groupProfileId":"g"}"#)
    }

    private func cancelRequest(
        _ subject: SimulatedCase, _ token: String, _ exchange: SimulatedExchange
    ) -> Answer {
        guard subject.exists else { return Answer(status: 404) }
        guard subject.isOurs else { return error(403, "You do not have access", token) }
        if subject.cancelsAtWork > 0, random.happens(faults.conflict) {
            return error(random.pick([409, 422]), "Unable to cancel case.", token)
        }
        if subject.canceledAt != nil {
            return faults.secondCancel == 200
                ? Answer(status: 200, isAcceptance: true)
                : error(faults.secondCancel, "Unable to cancel case.", token)
        }
        if let startsAt = subject.startsAt, startsAt <= now {
            return error(422, "Cannot cancel a case that has already started.", token)
        }
        subject.cancel(at: now, by: exchange)
        return Answer(status: random.pick([200, 200, 201, 204]), isAcceptance: true)
    }

    private func readRequest(_ subject: SimulatedCase, _ token: String) -> Answer {
        guard subject.exists, subject.isOurs else { return error(403, "You do not have access", token) }
        let behind =
            random.happens(faults.staleRead) ? Int64.random(in: 0...faults.staleness, using: &random) : 0
        let shown = now + Milliseconds(-behind)
        let isCanceled = subject.canceledAt.map { $0 <= shown } ?? false
        let body = CaseSpelling.draw(&random, blemish: faults.blemish).body(subject.id, isCanceled)
        return Answer(status: 200, body: body, shows: shown)
    }
}
