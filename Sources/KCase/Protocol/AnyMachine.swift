/// One of the machines, where only the run time tells which: what a batch holds, and the calls that are not
/// made by the thousand. `kcase_cancel` has its CancelMachine itself, and pays for no choice.
package enum AnyMachine: Machine {
    case cancel(CancelMachine)
    case read(ReadMachine)

    package var isExclusive: Bool {
        switch self {
        case .cancel(let machine): machine.isExclusive
        case .read(let machine): machine.isExclusive
        }
    }

    package mutating func begin(_ context: Context) -> Action {
        switch self {
        case .cancel(var machine):
            defer { self = .cancel(machine) }
            return machine.begin(context)
        case .read(var machine):
            defer { self = .read(machine) }
            return machine.begin(context)
        }
    }

    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        switch self {
        case .cancel(var machine):
            defer { self = .cancel(machine) }
            return machine.handle(event, context)
        case .read(var machine):
            defer { self = .read(machine) }
            return machine.handle(event, context)
        }
    }
}
