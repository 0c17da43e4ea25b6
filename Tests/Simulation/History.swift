@testable import KCase

/// One operation against one simulated service: what was claimed, and what was true.
struct History {
    let seed: UInt64
    let service: SimulatedService
    let wire: SimulatedWire
    let result: CallResult
    private let judgment: Judgment

    /// Everything about a history, drawn from its seed.
    static func drawn(_ seed: UInt64) -> History {
        var random = SeededRandom(seed: seed)
        let climate = Climate(&random)
        return History(seed: seed, climate, &random) { service, random in
            service.areCredentialsGood = !random.happens(0.05)
            service.subject.draw(service, &random)
            if random.happens(0.1) {
                service.at(service.now + random.time(0...10_000)) { $0.revokeTokens() }
            }
        }
    }

    /// A history whose scene `prepare` sets. A flipped one has a wrong protocol; a calm one has time, attempts and
    /// nobody who interrupts.
    init(
        seed: UInt64, _ climate: Climate, _ random: inout SeededRandom, flipped: Bool = false,
        calm: Bool = false,
        _ prepare: (SimulatedService, inout SeededRandom) -> Void
    ) {
        let configuration = random.happens(0.3) ? Configurations.minting : Configurations.token
        let service = SimulatedService(climate, SeededRandom(seed: random.next()))
        service.issue("static-secret-token")
        prepare(service, &random)
        service.pass(until: service.now)
        var options = CallOptions(configuration)
        let process = ProcessState(configuration)
        if !calm {
            options.timeout = random.pick([300, 2000, 30_000, 30_000, 120_000])
            options.retry.attempts = random.pick([1, 2, 4, 4, 6])
            options.confirm = random.pick([.ambiguous, .ambiguous, .ambiguous, .always, .never])
        }
        if !calm, random.happens(0.1) {
            service.at(service.now + random.time(0...5000)) { _ in process.interrupt() }
        }
        let operation = Operation(configuration, service.subject.caseID, options, now: service.now)
        let machine = CancelMachine(
            policy: options.retry, deadline: operation.deadline, confirm: options.confirm,
            canMintToken: configuration.credentials.canMint)
        let wire = SimulatedWire(service)
        let conclusion =
            flipped
            ? Engine(FlippedRow(machine), operation, process, wire, wire.moment(), interruptCount: 0)
                .conclude()
            : Engine(machine, operation, process, wire, wire.moment(), interruptCount: 0).conclude()
        self.seed = seed
        self.service = service
        self.wire = wire
        result = CallResult(conclusion, operation, tag: nil)
        judgment = Judgment(
            result, service.subject, wire, timeout: options.timeout, attemptsMax: options.retry.attempts)
    }

    /// What is wrong with the result; nil if nothing is.
    func complaint() -> String? {
        service.settle()
        if result.attempts.count != wire.exchanges.count { return "a request is not listed" }
        return judgment.complaint()
    }
}

/// A protocol with one row of its table turned round: it takes a refusal for an acceptance.
struct FlippedRow: Machine {
    private var machine: CancelMachine

    init(_ machine: CancelMachine) { self.machine = machine }

    mutating func begin(_ moment: Moment) -> Action { machine.begin(moment) }

    mutating func handle(_ event: Event, _ moment: Moment) -> Action {
        guard case .answered(var answer) = event, answer.status == 422 else {
            return machine.handle(event, moment)
        }
        answer.status = 200
        return machine.handle(.answered(answer), moment)
    }
}

enum Configurations {
    nonisolated(unsafe) static let token = read(#""token": "static-secret-token""#)
    nonisolated(unsafe) static let minting = read(
        #""api_key": "api-key-secret", "client_access_token": "client-secret""#)
    private static func read(_ members: String) -> Configuration {
        let json = CText(#"{"base_url": "http://127.0.0.1:1", \#(members)}"#)
        defer { withExtendedLifetime(json) {} }
        guard let configuration = try? Configuration.read(json.pointer) else { fatalError("configuration") }
        return configuration
    }
}
