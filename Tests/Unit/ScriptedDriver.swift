@testable import KCaseKarmaCheck
@testable import KCaseProtocol
@testable import KCaseSystem

/// Drives a machine by a script, on a clock of its own: each request gets the script's next event.
struct ScriptedDriver {
    var now: Instant = 1_000_000
    var jitter: UInt64 = 0
    private(set) var requests: [Request] = []
    private(set) var waits: [Milliseconds] = []
    private(set) var replacements = 0

    /// How the script ends the run, if the machine does not.
    enum End {
        case verdict(Verdict)
        case outOfScript
    }

    mutating func run<Operating: Machine>(
        _ machine: Operating, _ script: [Event], authorizations: [Event] = []
    ) -> End {
        var machine = machine
        var script = script[...]
        var authorizations = authorizations[...]
        var action = machine.begin(context)
        for _ in 0..<1000 {
            let event: Event
            switch action {
            case .finish(let verdict):
                return .verdict(verdict)
            case .authorize(let rejection):
                if rejection != nil { replacements += 1 }
                event = authorizations.popFirst() ?? .authorized
            case .send(let request):
                requests.append(request)
                guard let next = script.popFirst() else { return .outOfScript }
                now = now + 10
                event = next
            case .wait(let time), .rest(let time):
                waits.append(time)
                now = now + time
                event = .waited
            }
            action = machine.handle(event, context)
        }
        return .outOfScript
    }

    private var context: Context { Context(now: now, jitter: jitter) }
}

/// A run of the cancel machine, as a test wants to speak about it.
struct CancelRun {
    var driver = ScriptedDriver()
    var verdict: Verdict?

    init(
        _ script: [Event], attempts: Int = 4, deadline: Milliseconds = 30_000,
        confirm: Confirm = .ambiguous, canMintToken: Bool = false, authorizations: [Event] = [],
        jitter: UInt64 = 0
    ) {
        let policy = RetryPolicy(attempts: attempts, backoffBase: 250, backoffMax: 10_000)
        driver.jitter = jitter
        let plan = Plan(policy: policy, deadline: driver.now + deadline, canMintToken: canMintToken)
        let machine = CancelMachine(plan, confirm: confirm)
        if case .verdict(let verdict) = driver.run(machine, script, authorizations: authorizations) {
            self.verdict = verdict
        }
    }

    var outcome: Outcome? { verdict?.outcome }
    var reason: Reason? { verdict?.reason }
    var evidence: Evidence? { verdict?.evidence }
    var requests: [Request] { driver.requests }
}

extension Event {
    /// An answer in the service's form; a success without a body.
    static func status(
        _ status: Int32, message: String? = nil, retryAfter: Milliseconds? = nil
    ) -> Event {
        if (200...299).contains(status) { return .answered(Answer(status: status, retryAfter: retryAfter)) }
        var content = Answer.Content()
        content.isOwn = true
        content.hasOwnWords = true
        content.message = message
        content.refusal = ServerWords.refusal(message)
        return .answered(Answer(status: status, retryAfter: retryAfter, content: content))
    }

    /// An error without a body, where the documents give none.
    static func bare(_ status: Int32) -> Event {
        var content = Answer.Content()
        content.isOwn = true
        return .answered(Answer(status: status, content: content))
    }

    /// An answer that somebody between wrote.
    static func foreign(_ status: Int32, retryAfter: Milliseconds? = nil) -> Event {
        .answered(Answer(status: status, retryAfter: retryAfter, content: Answer.Content()))
    }

    /// A success that says otherwise.
    static func contradictory(_ status: Int32 = 200) -> Event {
        var content = Answer.Content()
        content.contradiction = "a page: Log in"
        return .answered(Answer(status: status, content: content))
    }

    static func read(_ reading: Reading, status: Int32 = 200) -> Event {
        .answered(Answer(status: status, reading: reading))
    }

    static var canceled: Event { .read(.canceled(CaseSnapshot(isCanceled: true))) }
    static var notCanceled: Event { .read(.notCanceled(CaseSnapshot(isCanceled: false))) }
    static var absent: Event { .read(.absent) }

    static var lost: Event { lost(.answerLost) }

    static func lost(_ reason: Reason) -> Event {
        .failed(Failure(sent: true, trouble: Trouble(reason: reason, text: "the answer was lost")))
    }

    static func unsent(_ reason: Reason = .connect, isFinal: Bool = false) -> Event {
        .failed(
            Failure(sent: false, isFinal: isFinal, trouble: Trouble(reason: reason, text: "no connection")))
    }
}
