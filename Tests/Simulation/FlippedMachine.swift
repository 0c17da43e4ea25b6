@testable import KCaseProtocol
@testable import KCaseSystem

/// A rule of the protocol that is wrong, to see that the simulation catches it.
enum Flip: CaseIterable {
    /// A refusal counts as an acceptance.
    case refusalAccepts
    /// What contradicts a success is not seen.
    case contradictionIgnored
    /// An error of a gateway counts as the service's.
    case foreignErrorOwn
    /// A 404 of whatever stands there counts as the service's.
    case foreignNotFoundOwn
    /// A firewall's 401 and 403 count as the service's.
    case foreignDenialOwn
    /// A reading that cannot be read counts as one without the case.
    case unreadableAbsent
    /// Two looks may be as close together as they like.
    case looksTogether
    /// Every refusal is settled.
    case refusalSettled
    /// A request whose answer was lost counts as not sent.
    case lostUnsent

    /// Makes likely what the rule is for.
    func provoke(_ faults: inout FaultRates) {
        switch self {
        case .contradictionIgnored, .foreignErrorOwn, .foreignDenialOwn: faults.foreign = 0.6
        case .foreignNotFoundOwn:
            faults.foreign = 0.6
            faults.foreignStatus = 404
        case .looksTogether:
            faults.staleRead = 1
            faults.staleness = 900
            faults.errorAfter = 0.5
        case .refusalSettled:
            faults.gatewayTimeout = 0.5
            faults.conflict = 1
        case .unreadableAbsent: faults.blemish = 1
        case .lostUnsent: faults.answerLost = 0.5
        case .refusalAccepts: break
        }
    }
}

struct FlippedMachine: Machine {
    var isExclusive: Bool { true }

    private var machine: CancelMachine
    private let flip: Flip

    init(_ machine: CancelMachine, _ flip: Flip) {
        self.machine = machine
        self.flip = flip
    }

    mutating func begin(_ context: Context) -> Action { change(machine.begin(context)) }

    mutating func handle(_ event: Event, _ context: Context) -> Action {
        change(machine.handle(change(event), context))
    }

    private func change(_ event: Event) -> Event {
        switch (flip, event) {
        case (.refusalAccepts, .answered(let answer)) where answer.status == 422:
            .answered(Answer(status: 200))
        case (.contradictionIgnored, .answered(let answer)) where answer.contradiction != nil:
            .answered(Answer(status: answer.status))
        case (.foreignErrorOwn, .answered(let answer)) where answer.status >= 500 || answer.status == 499:
            .answered(own(answer, status: 500))
        case (.foreignNotFoundOwn, .answered(let answer)) where answer.status == 404:
            .answered(own(answer, status: 404))
        case (.foreignDenialOwn, .answered(let answer)) where answer.isBlocked:
            .answered(own(answer, status: answer.status))
        case (.unreadableAbsent, .answered(let answer)) where answer.isSuccess:
            if case .unreadable = answer.reading {
                .answered(Answer(status: answer.status, reading: .absent))
            } else {
                event
            }
        case (.lostUnsent, .failed(let failure)):
            .failed(Failure(sent: false, isFinal: failure.isFinal, trouble: failure.trouble))
        default: event
        }
    }

    private func change(_ action: Action) -> Action {
        switch (flip, action) {
        case (.looksTogether, .wait): return .wait(0)
        case (.refusalSettled, .finish(var verdict)) where verdict.outcome == .refused:
            verdict.isSettled = true
            verdict.isRetriable = false
            return .finish(verdict)
        default: return action
        }
    }

    private func own(_ answer: Answer, status: Int32) -> Answer {
        var content = Answer.Content()
        content.isOwn = true
        content.hasOwnWords = true
        content.message = answer.message
        return Answer(status: status, retryAfter: answer.retryAfter, content: content)
    }
}
