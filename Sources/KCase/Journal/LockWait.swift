import CSystem
import KCaseSystem

/// How long a call waits while other processes have the journal.
package struct LockWait {
    private var deadline: Instant
    private let isInterrupted: () -> Bool
    /// How long it goes on after an interrupt.
    private let grace: Milliseconds
    private var wasInterrupted = false
    private var interval = LockWait.intervalMin

    /// How long a process that is stopped may keep the others waiting: what was found out is worth that,
    /// however little time the call has left.
    private static let longTime: Milliseconds = 30_000
    /// What others' transactions take, as a rule.
    private static let shortTime: Milliseconds = 1000
    /// How long a process waits until it asks again, in microseconds: from a short transaction to a long one.
    private static let intervalMin: Int64 = 64
    private static let intervalMax: Int64 = 2048

    private init(_ deadline: Instant, grace: Milliseconds = 0, _ isInterrupted: @escaping () -> Bool) {
        self.deadline = deadline
        self.grace = grace
        self.isInterrupted = isInterrupted
    }

    /// To read, and for what has no interrupts.
    package static var usual: LockWait { LockWait(Clock.now + longTime) { false } }

    /// For what can be told as well the next time.
    static var short: LockWait { LockWait(Clock.now + shortTime) { false } }

    /// For an intent: nothing was sent yet.
    package static func forIntent(until deadline: Instant, _ isInterrupted: @escaping () -> Bool) -> LockWait
    {
        LockWait(deadline, isInterrupted)
    }

    /// For an outcome, which an interrupt leaves time enough if the others work.
    package static func forOutcome(_ isInterrupted: @escaping () -> Bool) -> LockWait {
        LockWait(Clock.now + longTime, grace: shortTime, isInterrupted)
    }

    /// Waits a little, before others are asked again; false if the time is over. Not all ask at once.
    mutating func pause() -> Bool {
        let now = Clock.now
        if !wasInterrupted, isInterrupted() {
            wasInterrupted = true
            deadline = min(deadline, now + grace)
        }
        if now >= deadline { return false }
        let chance = Jitter.spread(UInt64(bitPattern: kc_clock_monotonic_ns()))
        kc_sleep_us(interval + Int64(chance & UInt64(LockWait.intervalMin)))
        interval = min(interval * 2, LockWait.intervalMax)
        return true
    }
}
