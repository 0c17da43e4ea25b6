@testable import KCase
@testable import KCaseClient
@testable import KCaseDriver
@testable import KCaseShared
@testable import KCaseSystem

/// Many cancels side by side against one simulated service: what was claimed of each, and what was true.
final class BatchHistory {
    let service: SimulatedService
    let transport: SimulatedTransport
    private(set) var results: [CallResult] = []
    private var judgments: [Judgment] = []
    /// The most requests that were under way together.
    private(set) var busiest = 0
    private var isStuck = false
    private var added = 0

    var pace: Pace { process.pace }

    private let driver: BatchDriver<SimulatedTransport, CallResult>
    private let process: ProcessState
    private let configuration: Configuration
    private var interruptMark: UInt = 0

    init(
        _ service: SimulatedService, _ configuration: Configuration, inFlightMax: Int, connectionsMax: Int
    ) {
        self.service = service
        self.configuration = configuration
        process = configuration.makeProcessState()
        process.pace.observe()
        transport = SimulatedTransport(service, connectionsMax: connectionsMax)
        driver = BatchDriver(configuration.account, process, transport, inFlightMax: inFlightMax) {
            CallResult($0, $1, configuration, tag: $2)
        }
        service.issue("static-secret-token")
    }

    /// Everything about a history, drawn from its seed.
    static func drawn(_ seed: UInt64) -> BatchHistory {
        var random = SeededRandom(seed: seed)
        let faults = FaultRates(&random)
        let count = Int.random(in: 1...12, using: &random)
        let configuration = Configurations.drawn(&random)
        let service = SimulatedService(faults, SeededRandom(seed: random.next()), cases: count)
        let history = BatchHistory(
            service, configuration, inFlightMax: Int.random(in: 1...8, using: &random),
            connectionsMax: Int.random(in: 1...6, using: &random))
        service.areCredentialsGood = !random.happens(0.05)
        for subject in service.cases { subject.draw(service, &random) }
        if random.happens(0.15) { service.at(service.now + random.time(0...10_000)) { $0.revokeTokens() } }
        if random.happens(0.15) {
            service.at(service.now + random.time(0...8000)) { _ in history.interruptMark += 1 }
        }
        service.pass(until: service.now)
        var options = CallOptions(configuration)
        options.operation = options.operation.drawn(&random)
        for subject in service.cases {
            options.tag = subject.id
            if random.happens(0.3) { history.run(for: random.time(0...3000), options) }
            history.add(subject, options)
            if random.happens(0.1) { history.add(subject, options) }
        }
        history.run(options)
        return history
    }

    func add(_ subject: SimulatedCase, _ options: CallOptions) {
        added += 1
        driver.add(
            .cancel, subject.caseID, options.operation, tag: options.tag, interruptMark: interruptMark)
    }

    /// Works until the last result is there, or for so long.
    func run(for time: Milliseconds = .unlimited, _ options: CallOptions) {
        let end = service.now + time
        var steps = 0
        while driver.pending > 0, service.now < end, !isStuck {
            driver.work(interruptMark: interruptMark)
            busiest = max(busiest, transport.current.count)
            while let result = driver.next() { note(result, options) }
            guard let next = driver.nextDeadline else { continue }
            transport.sleep(atMost: min(next, end) - service.now)
            steps += 1
            isStuck = steps > 1_000_000
        }
    }

    private func note(_ result: CallResult, _ options: CallOptions) {
        results.append(result)
        guard let number = SimulatedCase.number(String(cString: result.caseID.pointer)) else { return }
        judgments.append(
            Judgment(
                result, service.cases[number], transport, number: judgments.count, options.operation))
    }

    /// What is wrong with the results; nil if nothing is.
    func complaint() -> String? {
        if isStuck { return "it does not end" }
        service.settle()
        let ids = Set(results.map { String(cString: $0.caseID.pointer) })
        if ids.count > service.cases.count || results.count != added {
            return "not one result for each case that was added"
        }
        return judgments.lazy.compactMap { $0.complaint() }.first
    }

    /// What happened, for a person who looks into a seed.
    var summary: String {
        let sent = transport.exchanges.map { exchange in
            "  \(exchange.begunAt.milliseconds) \(exchange.path) sent: \(exchange.wasSent),"
                + " of result \(exchange.result.map { "\($0)" } ?? "none"),"
                + " answer: \(exchange.end.map { "\($0.answer.status) \($0.answer.body)" } ?? "none")"
        }
        let told = results.map { String(cString: $0.jsonText) }
        return (["\(service.faults)"] + sent + told).joined(separator: "\n")
    }
}
