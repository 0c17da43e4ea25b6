import KCaseProtocol

/// One of the machines, where only the run time tells which. (Whatever is generic over machines is compiled
/// for this one alone.)
package struct AnyMachine: Machine {
    /// A machine in memory of its own, so that whoever holds one of them need not make room for the largest,
    /// nor copy it out and in for each event.
    private final class Box<Operating: Machine> {
        var machine: Operating
        init(_ machine: Operating) { self.machine = machine }
    }

    private enum Choice {
        case cancel(Box<CancelMachine>)
        case read(Box<ReadMachine>)
        case await(Box<AwaitMachine>)
        case cancelPart(Box<PartCancelMachine>)
    }

    private let choice: Choice

    private init(_ choice: Choice) { self.choice = choice }

    package static func cancel(_ machine: CancelMachine) -> AnyMachine { AnyMachine(.cancel(Box(machine))) }

    package static func read(_ machine: ReadMachine) -> AnyMachine { AnyMachine(.read(Box(machine))) }

    package static func await(_ machine: AwaitMachine) -> AnyMachine { AnyMachine(.await(Box(machine))) }

    package static func cancelPart(_ machine: PartCancelMachine) -> AnyMachine {
        AnyMachine(.cancelPart(Box(machine)))
    }

    /// The other machines change nothing, or not the case as a whole.
    package var isExclusive: Bool {
        if case .cancel(let box) = choice { box.machine.isExclusive } else { false }
    }

    @inline(never)
    package mutating func begin(_ context: Context) -> Action {
        switch choice {
        case .cancel(let box): box.machine.begin(context)
        case .read(let box): box.machine.begin(context)
        case .await(let box): box.machine.begin(context)
        case .cancelPart(let box): box.machine.begin(context)
        }
    }

    @inline(never)
    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        switch choice {
        case .cancel(let box): box.machine.handle(event, context)
        case .read(let box): box.machine.handle(event, context)
        case .await(let box): box.machine.handle(event, context)
        case .cancelPart(let box): box.machine.handle(event, context)
        }
    }
}
