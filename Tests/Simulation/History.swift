@testable import KCaseClient
@testable import KCaseDriver
@testable import KCaseProtocol
@testable import KCaseShared
@testable import KCaseSystem

/// One operation against one simulated service: what was claimed, and what was true.
struct History {
    let seed: UInt64
    let service: SimulatedService
    let transport: SimulatedTransport
    let result: CallResult
    private let judgment: Judgment

    /// Everything about a history, drawn from its seed.
    static func drawn(_ seed: UInt64) -> History {
        var random = SeededRandom(seed: seed)
        let faults = FaultRates(&random)
        return History(seed: seed, faults, &random) { service, random in
            service.areCredentialsGood = !random.happens(0.05)
            service.subject.draw(service, &random)
            if random.happens(0.1) {
                service.at(service.now + random.time(0...10_000)) { $0.revokeTokens() }
            }
        }
    }

    /// A history whose start `prepare` sets. A flipped one has a wrong protocol; a calm one has time,
    /// attempts and nobody who interrupts.
    init(
        seed: UInt64, _ faults: FaultRates, _ random: inout SeededRandom, flipped: Bool = false,
        calm: Bool = false,
        _ prepare: (SimulatedService, inout SeededRandom) -> Void
    ) {
        let configuration = random.happens(0.3) ? Configurations.minting : Configurations.token
        let service = SimulatedService(faults, SeededRandom(seed: random.next()))
        service.issue("static-secret-token")
        prepare(service, &random)
        service.pass(until: service.now)
        var options = CallOptions(configuration)
        let process = configuration.makeProcessState()
        if !calm {
            options.operation.timeout = random.pick([300, 2000, 30_000, 30_000, 120_000])
            options.operation.retry.attempts = random.pick([1, 2, 4, 4, 6])
            options.operation.confirm = random.pick([.ambiguous, .ambiguous, .ambiguous, .always, .never])
        }
        if !calm, random.happens(0.1) {
            service.at(service.now + random.time(0...5000)) { _ in process.interrupt() }
        }
        let operation = Operation(
            configuration.account, service.subject.caseID, options.operation, now: service.now)
        let machine = operation.cancelMachine(options.operation)
        let transport = SimulatedTransport(service)
        let conclusion =
            flipped
            ? BlockingDriver(
                FlippedRow(machine), operation, process, transport, transport.readClock(), interruptCount: 0
            )
            .conclude()
            : BlockingDriver(machine, operation, process, transport, transport.readClock(), interruptCount: 0)
                .conclude()
        self.seed = seed
        self.service = service
        self.transport = transport
        result = CallResult(conclusion, operation, configuration, tag: nil)
        judgment = Judgment(
            result, service.subject, transport, timeout: options.operation.timeout,
            attemptsMax: options.operation.retry.attempts)
    }

    /// What is wrong with the result; nil if nothing is.
    func complaint() -> String? {
        service.settle()
        if result.attempts.count != transport.exchanges.count { return "a request is not listed" }
        return judgment.complaint()
    }
}

/// A protocol with one row of its table turned round: it takes a refusal for an acceptance.
struct FlippedRow: Machine {
    static var isExclusive: Bool { true }

    private var machine: CancelMachine

    init(_ machine: CancelMachine) { self.machine = machine }

    mutating func begin(_ context: Context) -> Action { machine.begin(context) }

    mutating func handle(_ event: Event, _ context: Context) -> Action {
        guard case .answered(var answer) = event, answer.status == 422 else {
            return machine.handle(event, context)
        }
        answer.status = 200
        return machine.handle(.answered(answer), context)
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
