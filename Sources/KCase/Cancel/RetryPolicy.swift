/// How often and how patiently an operation tries.
struct RetryPolicy {
    /// How often the request that the operation is for is sent.
    var attempts: Int
    var backoffBase: Milliseconds
    var backoffMax: Milliseconds

    /// A wait before the next try: random between nothing and base * 2^step, so that clients that failed
    /// together do not come back together ("full jitter").
    ///
    /// Where the server asks for a time, the wait is that long and up to a quarter longer: all whom it sent away
    /// would be back at the same moment otherwise.
    func wait(step: Int, asked: Milliseconds, _ moment: Moment) -> Milliseconds {
        let doublings = min(max(step, 0), 20)
        let least = min(max(asked, 0), RetryPolicy.askedMax)
        let spread = least > 0 ? least / 4 : min(backoffMax, backoffBase << Milliseconds(doublings))
        return least + Milliseconds(moment.chance % UInt64(spread + 1))
    }

    /// A year: nobody waits as long, and it can be calculated with.
    private static let askedMax: Milliseconds = 31_536_000_000
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

    /// The next wait, at least as long as the server asks; nil if it would not end before the deadline, or if the
    /// client has repeated too much already.
    mutating func nextWait(atLeast asked: Milliseconds? = nil, _ moment: Moment) -> Milliseconds? {
        guard moment.mayRepeat else { return nil }
        let wait = policy.wait(step: waits, asked: asked ?? 0, moment)
        waits += 1
        return wait < deadline - moment.now ? wait : nil
    }
}
