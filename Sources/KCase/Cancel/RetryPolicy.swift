/// How often and how patiently an operation tries.
struct RetryPolicy {
    /// How often the request that the operation is for is sent.
    var attempts: Int
    var backoffBase: Milliseconds
    var backoffMax: Milliseconds

    /// A wait before the next try: random between nothing and base * 2^step, so that clients that failed
    /// together do not come back together ("full jitter").
    func backoff(step: Int, _ moment: Moment) -> Milliseconds {
        let doublings = min(max(step, 0), 20)
        let ceiling = min(backoffMax, backoffBase << Milliseconds(doublings))
        return Milliseconds(moment.chance % UInt64(max(ceiling, 0) + 1))
    }
}

/// What an operation has left to try with, and until when.
struct Patience {
    let policy: RetryPolicy
    let deadline: Milliseconds
    private var waits = 0

    init(policy: RetryPolicy, deadline: Milliseconds) {
        self.policy = policy
        self.deadline = deadline
    }

    /// The wait before a case is read once more. It leaves the service the time to show what it did: reading again
    /// at once would only find the same.
    mutating func nextLook(_ moment: Moment) -> Milliseconds? {
        nextWait(atLeast: 4 * policy.backoffBase, moment)
    }

    /// The next wait, at least as long as the server asks; nil if it would not end before the deadline.
    mutating func nextWait(atLeast asked: Milliseconds? = nil, _ moment: Moment) -> Milliseconds? {
        let backoff = policy.backoff(step: waits, moment)
        waits += 1
        let (wait, overflow) = backoff.addingReportingOverflow(max(asked ?? 0, 0))
        guard !overflow, wait < deadline - moment.now else { return nil }
        return wait
    }
}
