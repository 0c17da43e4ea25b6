import CSystem
import KCaseHTTP
import KCaseJournal
import KCaseSystem
import Synchronization

/// What the operations of one client share within one process.
package final class ProcessState {
    /// Wakes every operation of this process, whatever it waits for.
    package let wakeEvent = WakeEvent()
    package let sessions: SessionPool
    package let tokens: TokenStore
    package let budget = RetryBudget()
    package let pace: Pace
    package let cases: CasesInProgress
    /// nil: the client has no journal.
    package let ledger: Ledger?
    private let generation = ForkGeneration()
    private let interrupts = Atomic<UInt>(0)

    package init(
        _ settings: TransportSettings, token: Secret?, ratePerSecond: Int64?, ledger: Ledger? = nil
    ) {
        self.ledger = ledger
        let sessions = SessionPool(settings, wakeEvent)
        self.sessions = sessions
        tokens = TokenStore(given: token) { sessions.wakeAll() }
        pace = Pace(perSecondMax: ratePerSecond)
        cases = CasesInProgress { sessions.wakeAll() }
    }

    package var isOurs: Bool { generation.isOfThisProcess }

    /// How often the host has interrupted: an operation ends when this is no longer what it began with.
    package var interruptCount: UInt { interrupts.load(ordering: .sequentiallyConsistent) }

    package func interrupt() {
        _ = interrupts.wrappingAdd(1, ordering: .sequentiallyConsistent)
        sessions.wakeAll()
    }
}
