import KCaseProtocol
import KCaseSystem

/// Reads a case until it is seen in a state. Each look is a reading of its own, with its own tries. Between
/// two looks it rests, longer and longer, up to `backoff_max_ms`; the last look comes shortly before the
/// deadline.
///
///     the state is seen                         ok
///     canceled, and so never to start           already_canceled
///     no such case, or no access                as a reading says
///     anything that may pass                    looks again
///     deadline, interrupt                       unknown; not_sent, if no request was sent
package struct AwaitMachine: Machine {
    /// What is waited for.
    package enum Goal {
        case canceled
        /// Its processing has begun.
        case started
        /// The service is done with it: it is complete, adjudicated or canceled.
        case finished
    }

    package var isExclusive: Bool { false }

    private let goal: Goal
    private let plan: Plan
    private var look: ReadMachine
    private var isResting = false
    private var rests: Int64 = 0
    /// Whether no time is left for another look.
    private var isLast = false
    /// What the last look that showed the case said.
    private var seen: Verdict?
    /// Whether any look's request can have left this machine.
    private var wasSent = false

    /// How long before the deadline the last look begins, at most.
    private static let lastLookTime: Milliseconds = 1000

    package init(_ plan: Plan, goal: Goal) {
        self.plan = plan
        self.goal = goal
        look = ReadMachine(plan, purpose: .status)
    }

    package mutating func begin(_ context: Context) -> Action { look.begin(context) }

    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        if isResting {
            isResting = false
            guard case .waited = event else { return .finish(notSeen(AwaitMachine.cause(event), nil)) }
            look = ReadMachine(plan, purpose: .status)
            return look.begin(context)
        }
        let action = look.handle(event, context)
        guard case .finish(let verdict) = action else { return action }
        wasSent = wasSent || verdict.outcome != .notSent
        if case .stopped = event { return .finish(notSeen(AwaitMachine.cause(event), verdict)) }
        return judge(verdict, context)
    }

    private mutating func judge(_ verdict: Verdict, _ context: Context) -> Action {
        if verdict.outcome == .ok, let snapshot = verdict.snapshot {
            seen = verdict
            if isReached(snapshot) { return .finish(reached(verdict)) }
            if snapshot.isCanceled { return .finish(neverReached(verdict)) }
        } else if !verdict.isRetriable {
            return .finish(verdict)
        }
        return rest(verdict, context)
    }

    private func isReached(_ snapshot: CaseSnapshot) -> Bool {
        switch goal {
        case .canceled: snapshot.isCanceled
        case .started: snapshot.hasStarted
        case .finished: snapshot.isCanceled || snapshot.isFinished
        }
    }

    private mutating func rest(_ verdict: Verdict, _ context: Context) -> Action {
        let deadline = Explain.stopped(.deadline, during: nil)
        guard !isLast else { return .finish(notSeen(deadline, verdict)) }
        let policy = plan.policy
        let pause = min(policy.backoffMax, policy.backoffBase * (1 << min(rests, 20)))
        rests += 1
        let left = plan.deadline - context.now
        let most = Milliseconds(left.count - min(AwaitMachine.lastLookTime, left.half).count)
        var time = policy.wait(step: 0, asked: pause, jitter: context.jitter)
        if time >= most {
            time = most
            isLast = true
        }
        isResting = true
        return .rest(time)
    }

    // MARK: - Endings

    private func reached(_ verdict: Verdict) -> Verdict {
        var found = verdict
        found.message = Explain.seen(goal)
        return found
    }

    private func neverReached(_ verdict: Verdict) -> Verdict {
        var found = verdict
        found.outcome = .alreadyCanceled
        found.evidence = .readBack
        found.message = Explain.neverSeen(goal)
        return found
    }

    /// If no look ever showed the case, what the last one found says more than that time is up.
    private func notSeen(_ cause: Trouble, _ last: Verdict?) -> Verdict {
        if seen == nil, let last, last.outcome == .unknown || !wasSent { return last }
        return Verdict(
            outcome: wasSent ? .unknown : .notSent, reason: cause.reason, evidence: .none,
            status: seen?.status ?? 0, message: Explain.notSeen(goal, cause), isRetriable: true,
            snapshot: seen?.snapshot)
    }

    private static func cause(_ event: Event) -> Trouble {
        if case .stopped(let stop, _) = event { return Explain.stopped(stop, during: nil) }
        return Explain.nothingKnown
    }
}

extension Explain {
    private static func state(_ goal: AwaitMachine.Goal) -> StaticString {
        switch goal {
        case .canceled: "canceled"
        case .started: "started"
        case .finished: "finished"
        }
    }

    static func seen(_ goal: AwaitMachine.Goal) -> String {
        "The case is " + state(goal).text + "."
    }

    static func neverSeen(_ goal: AwaitMachine.Goal) -> String {
        "The case is canceled, so that it will not be " + state(goal).text + "."
    }

    static func notSeen(_ goal: AwaitMachine.Goal, _ cause: Trouble) -> String {
        "The case was not seen as " + state(goal).text + ": " + cause.text + "."
    }
}
