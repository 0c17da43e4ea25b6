import KCaseFurtherMachines
import KCaseKarmaCheck
import KCaseProtocol

/// What an operation does: which machine it runs. Calls and batches name it, and nothing else tells one
/// operation from another, so that whatever has a kind can join a batch.
package enum OperationKind {
    case cancel
    /// A cancel that another process may have begun: the case is read first.
    case resume
    case status
    case check
    case list
    case await(AwaitMachine.Goal)
    case cancelPart(CasePart)

    /// What an operation of the kind is about, beside the case's id.
    package var subject: Operation.Subject {
        if case .cancelPart(let part) = self { .part(part) } else { .id }
    }
}

extension Operation {
    package func machine(_ kind: OperationKind, _ options: OperationOptions) -> AnyMachine {
        switch kind {
        case .cancel: .cancel(cancelMachine(options))
        case .resume:
            .cancel(CancelMachine(plan(options), confirm: options.confirm, looksFirst: true))
        case .status: .read(ReadMachine(plan(options), purpose: .status))
        case .check: .read(ReadMachine(plan(options), purpose: .check))
        case .list: .read(ReadMachine(plan(options), purpose: .list))
        case .await(let goal): .await(AwaitMachine(plan(options), goal: goal))
        case .cancelPart(let part):
            .cancelPart(
                PartCancelMachine(
                    plan(options), services: part.serviceIDs.count, confirm: options.confirm))
        }
    }
}
