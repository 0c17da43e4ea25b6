import KCaseSystem

/// What an operation has left to try with.
struct Tries {
    var backoff: Backoff
    private var attemptsLeft: Int
    private var authorizationsLeft: Int
    private var canReplaceUnauthorized: Bool
    private var canReplaceForbidden: Bool

    init(_ plan: Plan) {
        backoff = Backoff(policy: plan.policy, deadline: plan.deadline)
        attemptsLeft = plan.policy.attempts
        authorizationsLeft = plan.policy.attempts
        canReplaceUnauthorized = plan.canMintToken
        canReplaceForbidden = plan.canMintToken
    }

    /// How often a case is read in one go.
    var readings: Int { backoff.policy.attempts }

    var hasAttempts: Bool { attemptsLeft > 0 }

    /// The request that the operation is for is sent.
    mutating func takeAttempt() { attemptsLeft -= 1 }

    /// A rejected token may be replaced once for each way of rejecting it. (The request that showed it does
    /// not count as an attempt.)
    mutating func takeTokenReplacement(_ rejection: Rejection, givingBackAttempt: Bool) -> Bool {
        switch rejection {
        case .unauthorized:
            guard canReplaceUnauthorized else { return false }
            canReplaceUnauthorized = false
        case .forbidden:
            guard canReplaceForbidden else { return false }
            canReplaceForbidden = false
        }
        if givingBackAttempt { attemptsLeft += 1 }
        return true
    }

    /// No token could be obtained: whether that may be tried again.
    mutating func takeAuthorization() -> Bool {
        authorizationsLeft -= 1
        return authorizationsLeft > 0
    }
}

/// What a machine is given to work with.
package struct Plan {
    package var policy: RetryPolicy
    package var deadline: Instant
    package var canMintToken: Bool

    package init(policy: RetryPolicy, deadline: Instant, canMintToken: Bool) {
        self.policy = policy
        self.deadline = deadline
        self.canMintToken = canMintToken
    }
}
