import Testing

@testable import KCaseClient
@testable import KCaseDriver
@testable import KCaseProtocol
@testable import KCaseShared
@testable import KCaseSystem

@Suite("Many callers and one outage")
struct OutageTests {
    /// Runs one cancel over the service, as a client with this process state would.
    private func cancel(
        _ service: SimulatedService, _ process: ProcessState, attempts: Int, timeout: Milliseconds = 120_000
    ) -> (conclusion: Conclusion, transport: SimulatedTransport) {
        var options = CallOptions(Configurations.token)
        options.operation.timeout = timeout
        options.operation.retry.attempts = attempts
        let operation = Operation(
            Configurations.token.account, service.subject.caseID, options.operation, now: service.now)
        let machine = operation.cancelMachine(options.operation)
        let transport = SimulatedTransport(service)
        let conclusion = BlockingDriver(
            machine, operation, process, transport, transport.readClock(), interruptCount: 0
        )
        .conclude()
        return (conclusion, transport)
    }

    private func service(seed: UInt64) -> SimulatedService {
        let service = SimulatedService(FaultRates(), SeededRandom(seed: seed))
        service.issue("static-secret-token")
        return service
    }

    @Test("an outage is not met with a storm of repetitions")
    func budget() {
        let service = service(seed: 1)
        service.downUntil = .distantFuture
        let process = Configurations.token.makeProcessState()
        let began = service.now
        var requests = 0
        for _ in 0..<2000 {
            requests += cancel(service, process, attempts: 20).transport.exchanges.count
        }
        let seconds = (service.now - began).count / 1000
        #expect(requests >= 2000)
        #expect(requests <= 2000 + 100 + Int(seconds) + 1)
    }

    @Test("the budget is there again after the outage")
    func budgetComesBack() {
        let service = service(seed: 2)
        service.downUntil = service.now + 60_000
        let process = Configurations.token.makeProcessState()
        while service.now < service.downUntil { _ = cancel(service, process, attempts: 20, timeout: 2000) }
        service.pass(until: service.now + 120_000)
        service.downUntil = service.now + 500
        let (conclusion, _) = cancel(service, process, attempts: 20)
        #expect([.canceled, .alreadyCanceled].contains(conclusion.verdict.outcome))
        #expect(conclusion.attempts.count > 1)
    }

    @Test("a hundred clients do not arrive together when the server is back")
    func spread() {
        var arrivals: [Milliseconds] = []
        for seed in 0..<100 as Range<UInt64> {
            let service = service(seed: seed)
            let began = service.now
            service.downUntil = began + 10_000
            let (conclusion, transport) = cancel(
                service, Configurations.token.makeProcessState(), attempts: 20)
            #expect(conclusion.verdict.outcome == .canceled)
            if let sent = transport.exchanges.compactMap(\.sentAt).first { arrivals.append(sent - began) }
        }
        #expect(arrivals.count == 100)
        #expect(arrivals.allSatisfy { $0 >= 10_000 })
        let busiest = Dictionary(grouping: arrivals) { $0.count / 100 }.values.map(\.count).max() ?? 100
        #expect(busiest <= 15)
        print(
            "simulation: after an outage, at most \(busiest) of 100 clients arrive",
            "in the same tenth of a second")
    }
}
