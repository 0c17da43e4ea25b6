import KCaseSystem

/// How an operation ends.
package struct Verdict {
    package var outcome: Outcome
    package var reason: Reason?
    package var evidence: Evidence
    /// The HTTP status of the answer that the outcome is about; 0 if there was none.
    package var status: Int32
    package var message: String
    /// The server's label of its error.
    package var error: String?
    /// Whether calling again cannot find otherwise, short of somebody changing the case.
    package var isSettled: Bool
    package var isRetriable: Bool
    /// How long the last answer asked to wait before that, counted from the answer; nil if it did not say.
    package var retryAfter: Milliseconds?
    package var snapshot: CaseSnapshot?
    /// Of a call about services of a case.
    package var services: ServiceClaims?

    package init(
        outcome: Outcome, reason: Reason? = nil, evidence: Evidence, status: Int32 = 0, message: String,
        error: String? = nil, isSettled: Bool = false, isRetriable: Bool = false,
        snapshot: CaseSnapshot? = nil
    ) {
        self.outcome = outcome
        self.reason = reason
        self.evidence = evidence
        self.status = status
        self.message = message
        self.error = error
        self.isSettled = isSettled
        self.isRetriable = isRetriable
        self.snapshot = snapshot
    }
}
