import Testing

@testable import KCase

@Suite("Many callers and one outage")
struct StormTests {
    /// Runs one cancel over the service, as a client with this process state would.
    private func cancel(
        _ service: SimulatedService, _ process: ProcessState, attempts: Int, timeout: Milliseconds = 120_000
    ) -> (conclusion: Conclusion, wire: SimulatedWire) {
        var options = CallOptions(Configurations.token)
        options.timeout = timeout
        options.retry.attempts = attempts
        let operation = Operation(Configurations.token, service.subject.caseID, options, now: service.now)
        let machine = CancelMachine(
            policy: options.retry, deadline: operation.deadline, confirm: options.confirm, canMintToken: false
        )
        let wire = SimulatedWire(service)
        let conclusion = Engine(machine, operation, process, wire, wire.moment(), interruptCount: 0)
            .conclude()
        return (conclusion, wire)
    }

    private func service(seed: UInt64) -> SimulatedService {
        let service = SimulatedService(Climate(), SeededRandom(seed: seed))
        service.issue("static-secret-token")
        return service
    }

    @Test("an outage is not met with a storm of repetitions")
    func budget() {
        let service = service(seed: 1)
        service.downUntil = .max
        let process = ProcessState(Configurations.token)
        let began = service.now
        var requests = 0
        for _ in 0..<2000 {
            requests += cancel(service, process, attempts: 20).wire.exchanges.count
        }
        let seconds = (service.now - began) / 1000
        #expect(requests >= 2000)
        #expect(requests <= 2000 + 100 + Int(seconds) + 1)
    }

    @Test("the budget is there again after the outage")
    func budgetComesBack() {
        let service = service(seed: 2)
        service.downUntil = service.now + 60_000
        let process = ProcessState(Configurations.token)
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
            let (conclusion, wire) = cancel(service, ProcessState(Configurations.token), attempts: 20)
            #expect(conclusion.verdict.outcome == .canceled)
            if let sent = wire.exchanges.compactMap(\.sentAt).first { arrivals.append(sent - began) }
        }
        #expect(arrivals.count == 100)
        #expect(arrivals.allSatisfy { $0 >= 10_000 })
        let busiest = Dictionary(grouping: arrivals) { $0 / 100 }.values.map(\.count).max() ?? 100
        #expect(busiest <= 15)
        print(
            "simulation: after an outage, at most \(busiest) of 100 clients arrive in the same tenth of a second"
        )
    }
}
