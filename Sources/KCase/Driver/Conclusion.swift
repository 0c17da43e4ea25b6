import KCaseProtocol
import KCaseSystem

/// How an operation ended, and what it did.
package struct Conclusion {
    package var verdict: Verdict
    package var attempts: [Attempt]
    /// Every minted token that was used, so that none gets into the result.
    package var tokens: [Secret]
    package var elapsed: Milliseconds

    package init(_ verdict: Verdict, attempts: [Attempt], tokens: [Secret], elapsed: Milliseconds) {
        self.verdict = verdict
        self.attempts = attempts
        self.tokens = tokens
        self.elapsed = elapsed
    }

    /// How an operation ends that never got a transport.
    package init<Operating: Machine>(
        of operation: Operation, _ machine: Operating, endedBy event: Event, now: Instant
    ) {
        var machine = machine
        let context = Context(now: now, jitter: 0)
        _ = machine.begin(context)
        var verdict = Verdict(outcome: .unknown, evidence: .none, message: Explain.nothingKnown.text)
        if case .finish(let found) = machine.handle(event, context) { verdict = found }
        self.init(verdict, attempts: [], tokens: [], elapsed: now - operation.began)
    }
}
