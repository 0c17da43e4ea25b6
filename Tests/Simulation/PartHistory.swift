@testable import KCaseClient
@testable import KCaseFurtherMachines
@testable import KCaseDriver
@testable import KCaseHTTP
@testable import KCaseKarmaCheck
@testable import KCaseProtocol
@testable import KCaseShared
@testable import KCaseSystem

/// A call that cancels services of one case of one simulated service, and what was true of each.
final class PartHistory {
    let seed: UInt64
    let service: SimulatedService
    private(set) var judgments: [PartJudgment] = []
    private let configuration: Configuration
    private let process: ProcessState
    private let flip: PartFlip?

    static func drawn(_ seed: UInt64, flip: PartFlip? = nil) -> PartHistory {
        var random = SeededRandom(seed: seed)
        var faults = FaultRates(&random)
        flip?.provoke(&faults)
        let history = PartHistory(seed, faults, &random, flip)
        let service = history.service
        service.areCredentialsGood = !random.happens(0.05)
        if random.happens(0.1) {
            service.at(service.now + random.time(0...10_000)) { $0.revokeTokens() }
        }
        history.draw(service.subject, &random)
        service.pass(until: service.now)
        history.call(
            &random, interruptedAfter: random.happens(0.1) ? random.time(0...5000) : nil)
        if random.happens(0.3) {
            service.pass(until: service.now + random.time(0...20_000))
            history.call(&random)
        }
        return history
    }

    private init(
        _ seed: UInt64, _ faults: FaultRates, _ random: inout SeededRandom, _ flip: PartFlip?
    ) {
        self.seed = seed
        self.flip = flip
        configuration = Configurations.drawn(&random)
        service = SimulatedService(faults, &random)
        process = configuration.makeProcessState()
    }

    private func draw(_ subject: SimulatedCase, _ random: inout SeededRandom) {
        subject.exists = !random.happens(0.06)
        subject.isOurs = !random.happens(0.04)
        subject.manner = random.pick(ListManner.allCases)
        subject.parts = (1...random.pick([1, 1, 2, 3, 4])).map(SimulatedPart.init)
        for part in subject.parts {
            part.isCancelable = !random.happens(0.25)
            part.hasRecord = !random.happens(0.1)
            if random.happens(0.15) {
                service.at(service.now + random.time(-1000...20_000)) { part.cancel(at: $0.now, by: nil) }
            }
        }
    }

    private func call(_ random: inout SeededRandom, interruptedAfter time: Milliseconds? = nil) {
        let options = configuration.operation.drawn(&random)
        let interruptCount = process.interruptCount
        if let time { service.at(service.now + time) { [process] _ in process.interrupt() } }
        let subject = service.subject
        guard let part = try? CasePart.services(subject.parts.map(\.id), type: nil) else { return }
        let kind = OperationKind.cancelPart(part)
        let operation = Operation(
            configuration.account, subject.caseID, options, now: service.now, kind.subject)
        let transport = SimulatedTransport(service)
        let machine = FlippedPartMachine(operation.machine(kind, options), flip)
        let conclusion = BlockingDriver(
            machine, operation, process, transport, transport.readClock(), interruptCount: interruptCount
        ).conclude()
        let result = CallResult(conclusion, operation, configuration, tag: nil)
        judgments.append(PartJudgment(result, subject, transport, options))
    }

    /// What is wrong with the results; nil if nothing is.
    func complaint() -> String? {
        service.settle()
        for (number, judgment) in judgments.enumerated() {
            if let complaint = judgment.complaint() { return "call \(number + 1): \(complaint)" }
        }
        return nil
    }
}

/// A rule that is wrong, to see that the simulation catches it.
enum PartFlip: CaseIterable {
    /// A list is taken for carried out as a whole.
    case wholeLists
    /// What a reading does not show is taken for not canceled.
    case absentOpen
    /// A state that is left open is taken for canceled.
    case unclearCanceled
    /// Two looks may be as close together as they like.
    case looksTogether

    func provoke(_ faults: inout FaultRates) {
        switch self {
        case .wholeLists, .absentOpen: break
        case .unclearCanceled: faults.blemish = 1
        case .looksTogether:
            faults.staleRead = 1
            faults.staleness = 900
            faults.errorAfter = 0.5
        }
    }
}

struct FlippedPartMachine: Machine {
    private var machine: AnyMachine
    private let flip: PartFlip?

    var isExclusive: Bool { machine.isExclusive }

    init(_ machine: AnyMachine, _ flip: PartFlip?) {
        self.machine = machine
        self.flip = flip
    }

    mutating func begin(_ context: Context) -> Action { change(machine.begin(context)) }

    mutating func handle(_ event: Event, _ context: Context) -> Action {
        guard case .answered(var answer) = event, case .services(let readings) = answer.reading else {
            return change(machine.handle(event, context))
        }
        answer.reading = .services(readings.map { changed($0, among: readings) })
        return change(machine.handle(.answered(answer), context))
    }

    private func changed(_ reading: ServiceReading, among readings: [ServiceReading]) -> ServiceReading {
        switch flip {
        case .wholeLists: readings.contains(.canceled) ? .canceled : reading
        case .absentOpen: reading == .absent ? .notCanceled : reading
        case .unclearCanceled: reading == .unclear ? .canceled : reading
        case .looksTogether, nil: reading
        }
    }

    private func change(_ action: Action) -> Action {
        if case .wait = action, flip == .looksTogether { return .wait(0) }
        return action
    }
}
