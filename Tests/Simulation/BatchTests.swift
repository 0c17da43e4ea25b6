import Testing

@testable import KCaseClient
@testable import KCaseShared
@testable import KCaseSystem

@Suite("Simulated batches")
struct BatchTests {
    @Test("no claim about any case is false")
    func claims() {
        if let seed = Survey.number("KCASE_BATCH_SEED") {
            let history = BatchHistory.drawn(seed)
            let complaint = history.complaint()
            print(history.summary)
            #expect(complaint == nil, "seed \(seed)")
            return
        }
        let count = max(Survey.count / 10, 100)
        var survey = Survey()
        for seed in 0..<count {
            let history = BatchHistory.drawn(seed)
            let complaint = history.complaint()
            survey.note(seed, history.results.map(\.verdict.outcome), complaint)
        }
        survey.conclude("simulation: \(count) batches")
    }

    private func configuration(_ members: String) -> Configuration {
        Configurations.read(#""token": "static-secret-token", \#(members)"#)
    }

    /// Runs a batch over a service in this faults until so much time has passed.
    private func run(
        _ faults: FaultRates, _ configuration: Configuration, cases: Int, seconds: Int64, seed: UInt64 = 1,
        prepare: (SimulatedService) -> Void = { _ in }
    ) -> BatchHistory {
        let service = SimulatedService(faults, SeededRandom(seed: seed), cases: cases)
        let history = BatchHistory(service, configuration, inFlightMax: 64, connectionsMax: 64)
        prepare(service)
        let options = CallOptions(configuration)
        for subject in service.cases { history.add(subject, options) }
        history.run(for: Milliseconds(seconds * 1000), options)
        return history
    }

    @Test("rate_per_second 50: no second of a minute has more than 55 requests, and all have 50 in the mean")
    func rate() {
        let history = run(FaultRates(), configuration(#""rate_per_second": 50"#), cases: 4000, seconds: 60)
        defer { history.service.end() }
        let sent = history.transport.exchanges.map(\.begunAt).sorted()
        guard let began = sent.first else { return }
        let minute = sent.filter { $0 < began + 60_000 }
        // Any second, wherever it begins.
        var busiest = 0
        var start = 0
        for (index, moment) in minute.enumerated() {
            while minute[start] + 1000 <= moment { start += 1 }
            busiest = max(busiest, index - start + 1)
        }
        print(
            "simulation: rate_per_second 50: \(minute.count) requests in a minute,",
            "at most \(busiest) in a second")
        #expect(busiest <= 55)
        #expect((2940...3060).contains(minute.count))
    }

    @Test("a service that limits requests is asked less, and as much as before when it recovers")
    func slowsDownAndRecovers() {
        var faults = FaultRates()
        faults.busy = 1
        let service = SimulatedService(faults, SeededRandom(seed: 3), cases: 20_000)
        defer { service.end() }
        let configuration = configuration(#""timeout_ms": 600000, "max_attempts": 20"#)
        let history = BatchHistory(service, configuration, inFlightMax: 64, connectionsMax: 64)
        let options = CallOptions(configuration)
        for subject in service.cases { history.add(subject, options) }
        history.run(for: 10_000, options)
        let limited = history.pace.limit
        #expect(limited == Pace.leastPerSecond)
        #expect(history.pace.slowdowns > 0)
        let inTrouble = history.transport.exchanges.count
        service.faults.busy = 0
        history.run(for: 60_000, options)
        #expect(history.pace.limit == nil, "the limit is gone")
        print(
            "simulation: busy for 10 s: \(inTrouble) requests;",
            "a minute later: \(history.transport.exchanges.count)")
        #expect(history.transport.exchanges.count > 20 * inTrouble)
    }

    @Test("answers that come ever later lower the pace")
    func latency() {
        let service = SimulatedService(FaultRates(), SeededRandom(seed: 4), cases: 5000)
        defer { service.end() }
        let configuration = configuration(#""timeout_ms": 120000"#)
        let history = BatchHistory(service, configuration, inFlightMax: 64, connectionsMax: 64)
        let options = CallOptions(configuration)
        for subject in service.cases { history.add(subject, options) }
        history.run(for: 4000, options)
        #expect(history.pace.limit == nil)
        service.faults.slow = 1
        history.run(for: 60_000, options)
        #expect(history.pace.slowdowns > 0)
    }

    @Test("one token is minted for the whole batch")
    func singleFlight() {
        let service = SimulatedService(FaultRates(), SeededRandom(seed: 5), cases: 200)
        let history = BatchHistory(service, Configurations.minting, inFlightMax: 64, connectionsMax: 8)
        let options = CallOptions(Configurations.minting)
        for subject in service.cases { history.add(subject, options) }
        history.run(options)
        #expect(history.complaint() == nil)
        #expect(service.minted == 1)
        #expect(history.results.allSatisfy { $0.verdict.outcome == .canceled })
    }

    @Test("connections are used up to the most, and not beyond")
    func connections() {
        let history = run(FaultRates(), configuration(#""max_connections": 8"#), cases: 200, seconds: 600)
        #expect(history.complaint() == nil)
        #expect(history.busiest == 64)
        #expect(history.results.count == 200)
    }
}
