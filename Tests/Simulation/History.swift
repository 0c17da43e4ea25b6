@testable import KCaseClient
@testable import KCaseDriver
@testable import KCaseHTTP
@testable import KCaseKarmaCheck
@testable import KCaseProtocol
@testable import KCaseShared
@testable import KCaseSystem

/// Calls about one case of one simulated service, one after another: what was claimed, and what was true.
final class History {
    let seed: UInt64
    let service: SimulatedService
    private(set) var calls: [Call] = []
    private let configuration: Configuration
    private let process: ProcessState
    private let flip: Flip?

    struct Call {
        let result: CallResult
        let transport: SimulatedTransport
        let began: Instant
        let judgment: Judgment
    }

    /// The first call's result, which is the only one in most histories.
    var result: CallResult { calls[0].result }
    var transport: SimulatedTransport { calls[0].transport }

    /// Everything about a history, drawn from its seed. `flip` is a rule of the protocol that is wrong in it.
    static func drawn(_ seed: UInt64, flip: Flip? = nil) -> History {
        var random = SeededRandom(seed: seed)
        var faults = FaultRates(&random)
        flip?.provoke(&faults)
        let history = History(seed: seed, faults, &random, flip: flip)
        let service = history.service
        service.areCredentialsGood = !random.happens(0.05)
        service.subject.draw(service, &random)
        if random.happens(0.1) {
            service.at(service.now + random.time(0...10_000)) { $0.revokeTokens() }
        }
        service.pass(until: service.now)
        let wishes = history.configuration.operation
        history.call(
            wishes.drawn(&random), interruptedAfter: random.happens(0.1) ? random.time(0...5000) : nil)
        if random.happens(0.3) {
            service.pass(until: service.now + random.time(0...20_000))
            history.call(wishes.drawn(&random))
        }
        if random.happens(0.5) { history.callAgainInPeace(after: random.time(0...30_000)) }
        return history
    }

    /// A history without a call yet.
    init(
        seed: UInt64, _ faults: FaultRates, _ random: inout SeededRandom, flip: Flip? = nil
    ) {
        self.seed = seed
        self.flip = flip
        configuration = Configurations.drawn(&random)
        service = SimulatedService(faults, &random)
        process = configuration.makeProcessState()
    }

    /// The options of a call that has time and attempts.
    var patientOptions: OperationOptions {
        var options = configuration.operation
        options.timeout = 120_000
        return options
    }

    func call(_ options: OperationOptions, interruptedAfter time: Milliseconds? = nil) {
        let interruptCount = process.interruptCount
        if let time { service.at(service.now + time) { [process] _ in process.interrupt() } }
        let operation = Operation(configuration.account, service.subject.caseID, options, now: service.now)
        let machine = operation.cancelMachine(options)
        let transport = SimulatedTransport(service)
        let clock = transport.readClock()
        let conclusion =
            if let flip {
                BlockingDriver(
                    FlippedMachine(machine, flip), operation, process, transport, clock,
                    interruptCount: interruptCount
                ).conclude()
            } else {
                BlockingDriver(
                    machine, operation, process, transport, clock, interruptCount: interruptCount
                ).conclude()
            }
        let result = CallResult(conclusion, operation, configuration, tag: nil)
        let judgment = Judgment(result, service.subject, transport, options)
        calls.append(
            Call(result: result, transport: transport, began: operation.began, judgment: judgment))
    }

    /// Calls once more when nothing goes wrong any more: what was settled must be found again.
    func callAgainInPeace(after time: Milliseconds) {
        let secondCancel = service.faults.secondCancel
        service.faults = FaultRates()
        service.faults.secondCancel = secondCancel
        service.pass(until: service.now + time)
        service.restoreTokens()
        service.issue("static-secret-token")
        call(patientOptions)
    }

    /// What is wrong with the results; nil if nothing is.
    func complaint() -> String? {
        service.settle()
        for (number, call) in calls.enumerated() {
            if call.result.attempts.count != call.transport.exchanges.count {
                return "a request is not listed"
            }
            if let complaint = call.judgment.complaint() { return "call \(number + 1): \(complaint)" }
        }
        return falselySettled()
    }

    /// Whether a later call found otherwise, though nobody else had changed the case.
    private func falselySettled() -> String? {
        guard let last = calls.last else { return nil }
        for call in calls.dropLast() where call.result.verdict.isSettled {
            let settled = call.result.verdict.outcome
            // A token that is revoked between two answers makes a case look as if it were not there.
            let isHidden = settled == .notFound && call.judgment.wasTokenRevoked
            let isChanged =
                isHidden || service.subject.wasChangedByOthers(from: call.began, to: last.judgment.at)
            if !isChanged, !last.confirms(settled) {
                return "settled as \(settled.name), but a later call says \(last.result.verdict.outcome.name)"
            }
        }
        return nil
    }
}

extension History.Call {
    /// Whether this call, which came later, finds the same. One that finds nothing contradicts nothing.
    fileprivate func confirms(_ settled: Outcome) -> Bool {
        // What was not read back, by the caller's wish, is no word about the case.
        if result.verdict.outcome == .notFound, judgment.wasTokenRevoked { return true }
        let isUnread = if case .response = result.verdict.evidence { true } else { false }
        if isUnread, result.verdict.outcome != .canceled { return true }
        return switch (settled, result.verdict.outcome) {
        case (_, .unknown), (_, .notSent), (_, .failed), (_, .denied): true
        case (.canceled, .canceled), (.canceled, .alreadyCanceled), (.alreadyCanceled, .canceled),
            (.alreadyCanceled, .alreadyCanceled):
            true
        case (.refused, .refused), (.notFound, .notFound): true
        default: false
        }
    }
}
