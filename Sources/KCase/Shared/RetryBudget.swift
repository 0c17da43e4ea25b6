import KCaseSystem
import Synchronization

/// How often a client may repeat itself: a hundred times at once, and then once a second. An outage that
/// meets many calls is so not met with a storm of repetitions: each call still has its first try.
///
/// One number holds it: the moment at which the budget will be full again (a leaky bucket in its "virtual
/// scheduling" form). No lock, so that it survives a fork.
package final class RetryBudget {
    static let repetitions: Int64 = 100
    /// In milliseconds.
    private static let refillTime: Int64 = 1000
    /// What a call that ends well gives back, in parts of a repetition.
    private static let refundShare: Int64 = 10

    /// On the monotonic clock, in milliseconds.
    private let fullAt = Atomic<Int64>(0)

    /// Whether there is one left.
    package func allows(at now: Instant) -> Bool {
        fullAt.load(ordering: .relaxed) - now.milliseconds <= (Self.repetitions - 1) * Self.refillTime
    }

    package func take(at now: Instant) {
        move { max($0, now.milliseconds) + Self.refillTime }
    }

    package func refund(at now: Instant) {
        if fullAt.load(ordering: .relaxed) > now.milliseconds {
            move { $0 - Self.refillTime / Self.refundShare }
        }
    }

    private func move(_ change: (Int64) -> Int64) {
        var found = fullAt.load(ordering: .relaxed)
        while true {
            let (isExchanged, current) = fullAt.weakCompareExchange(
                expected: found, desired: change(found), ordering: .relaxed)
            if isExchanged { return }
            found = current
        }
    }
}
