import KCaseProtocol

/// One of the machines, where only the run time tells which: what a batch holds, and the calls that are not
/// made by the thousand. `kcase_cancel` has its CancelMachine itself, and pays for no choice.
package struct AnyMachine: Machine {
    /// The first of these that there is is the machine. In memory of their own, so that whoever holds one of
    /// them need not make room for the largest, nor copy it out and in for each event.
    private final class Box {
        var cancel: CancelMachine?
        var read: ReadMachine?
        var await: AwaitMachine?
        var cancelPart: PartCancelMachine?
    }

    private let box = Box()

    private init() {}

    package static func cancel(_ machine: CancelMachine) -> AnyMachine {
        let any = AnyMachine()
        any.box.cancel = machine
        return any
    }

    package static func read(_ machine: ReadMachine) -> AnyMachine {
        let any = AnyMachine()
        any.box.read = machine
        return any
    }

    package static func await(_ machine: AwaitMachine) -> AnyMachine {
        let any = AnyMachine()
        any.box.await = machine
        return any
    }

    package static func cancelPart(_ machine: PartCancelMachine) -> AnyMachine {
        let any = AnyMachine()
        any.box.cancelPart = machine
        return any
    }

    /// The other machines change nothing, or not the case as a whole.
    package var isExclusive: Bool { box.cancel?.isExclusive ?? false }

    @inline(never)
    package mutating func begin(_ context: Context) -> Action {
        if let action = box.cancel?.begin(context) { return action }
        if let action = box.read?.begin(context) { return action }
        if let action = box.await?.begin(context) { return action }
        return box.cancelPart?.begin(context) ?? AnyMachine.nothing
    }

    @inline(never)
    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        if let action = box.cancel?.handle(event, context) { return action }
        if let action = box.read?.handle(event, context) { return action }
        if let action = box.await?.handle(event, context) { return action }
        return box.cancelPart?.handle(event, context) ?? AnyMachine.nothing
    }

    /// There is always one of them.
    private static var nothing: Action {
        .finish(Verdict(outcome: .unknown, evidence: .none, message: Explain.nothingKnown.text))
    }
}
