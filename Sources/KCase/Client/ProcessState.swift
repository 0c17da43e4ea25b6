import CSystem
import Synchronization

/// What the operations of one client share within one process.
final class ProcessState {
    /// Wakes every operation of this process, whatever it waits for.
    let bell = Bell()
    let sessions: SessionPool
    let tokens: TokenStore
    let budget = RetryBudget()
    let pace: Pace
    private let parentage = Parentage()
    private let interrupts = Atomic<UInt>(0)

    init(_ configuration: Configuration) {
        let sessions = SessionPool(configuration.transport, bell)
        self.sessions = sessions
        tokens = TokenStore(configuration.credentials) { sessions.wakeAll() }
        pace = Pace(mostPerSecond: configuration.ratePerSecond)
    }

    var isOurs: Bool { parentage.isOfThisProcess }

    /// How often the host has interrupted: an operation ends when this is no longer what it began with.
    var interruptCount: UInt { interrupts.load(ordering: .sequentiallyConsistent) }

    func interrupt() {
        _ = interrupts.wrappingAdd(1, ordering: .sequentiallyConsistent)
        sessions.wakeAll()
    }
}
