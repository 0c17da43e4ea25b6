import KCaseSystem

/// How often and how patiently an operation tries.
package struct RetryPolicy {
    /// How often the request that the operation is for is sent.
    package var attempts: Int
    package var backoffBase: Milliseconds
    package var backoffMax: Milliseconds
    /// Two readings that are to agree are at least so far apart: how far readings may lag behind the truth.
    package var settle: Milliseconds

    package init(
        attempts: Int, backoffBase: Milliseconds, backoffMax: Milliseconds, settle: Milliseconds = 1000
    ) {
        self.attempts = attempts
        self.backoffBase = backoffBase
        self.backoffMax = backoffMax
        self.settle = settle
    }

    /// A wait before the next try: random between nothing and base * 2^step, so that clients that failed
    /// together do not come back together ("full jitter").
    ///
    /// Where the server asks for a time, the wait is that long and up to a quarter longer: all clients that
    /// were told the same time would be back at the same moment otherwise.
    package func wait(step: Int, asked: Milliseconds, jitter: UInt64) -> Milliseconds {
        let doublings = min(max(step, 0), 20)
        let least = min(max(asked.count, 0), Milliseconds.year.count)
        let spread =
            least > 0 ? least / 4 : min(backoffMax, backoffBase * (1 << Int64(doublings))).count
        return Milliseconds(least + Int64(jitter % UInt64(max(spread, 0) + 1)))
    }
}

/// The waits of one operation between its requests.
package struct Backoff {
    package let policy: RetryPolicy
    package let deadline: Instant
    private var waits = 0

    package init(policy: RetryPolicy, deadline: Instant) {
        self.policy = policy
        self.deadline = deadline
    }

    /// The wait before a case is read once more. It leaves the service the time to show what it did: reading
    /// again at once would only find the same.
    package mutating func nextReading(_ context: Context) -> Milliseconds? {
        next(atLeast: policy.settle, context)
    }

    /// The next wait, at least as long as the server asks; nil if it would not end before the deadline, or if
    /// the client has repeated too much already.
    package mutating func next(atLeast asked: Milliseconds? = nil, _ context: Context) -> Milliseconds? {
        guard context.mayRepeat else { return nil }
        let wait = policy.wait(step: waits, asked: asked ?? 0, jitter: context.jitter)
        waits += 1
        return wait < deadline - context.now ? wait : nil
    }
}
