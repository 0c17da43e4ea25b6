import Synchronization

/// How often a client may repeat itself: a hundred times at once, and then once a second. An outage that meets many
/// calls is so not met with a storm of repetitions: each call still has its first try.
///
/// One number holds it: the moment at which the budget will be full again (a leaky bucket in its "virtual scheduling"
/// form). No lock, so that it survives a fork.
final class RetryBudget {
    static let repetitions: Int64 = 100
    private static let refillTime: Milliseconds = 1000
    /// What a call that ends well gives back, in parts of a repetition.
    private static let refundShare: Int64 = 10

    private let fullAt = Atomic<Milliseconds>(0)

    /// Whether there is one left.
    func allows(at now: Milliseconds) -> Bool {
        fullAt.load(ordering: .relaxed) - now <= (Self.repetitions - 1) * Self.refillTime
    }

    func take(at now: Milliseconds) {
        move { max($0, now) + Self.refillTime }
    }

    func refund(at now: Milliseconds) {
        if fullAt.load(ordering: .relaxed) > now { move { $0 - Self.refillTime / Self.refundShare } }
    }

    private func move(_ change: (Milliseconds) -> Milliseconds) {
        var found = fullAt.load(ordering: .relaxed)
        while true {
            let (isExchanged, current) = fullAt.weakCompareExchange(
                expected: found, desired: change(found), ordering: .relaxed)
            if isExchanged { return }
            found = current
        }
    }
}
