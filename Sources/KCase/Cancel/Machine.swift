/// An operation as a value: it is told what happened and says what to do next. It has no clock, does no I/O
/// and throws no dice: the moment, with its share of chance, comes in with every event.
protocol Machine {
    mutating func begin(_ moment: Moment) -> Action
    mutating func handle(_ event: Event, _ moment: Moment) -> Action
}

/// A request of an operation. (The request that mints a token is the engine's, since operations share it.)
enum Request {
    /// POST /case/id/{caseId}/cancel
    case cancel
    /// GET /case/id/{caseId}
    case read
    /// A request that needs valid credentials and touches no case.
    case probe
}

/// What the machine wants done.
enum Action {
    /// Have a token at hand: a new one, if the one in use was rejected. Answered by an `authorized...` event.
    case authorize(replacingRejected: Bool)
    /// Send it, with the token at hand. Answered by `answered` or `failed`.
    case send(Request)
    /// Do nothing for so long. Answered by `waited`.
    case wait(Milliseconds)
    case finish(Verdict)
}

/// What happened. `stopped` may come at any time, and is the last event.
enum Event {
    case authorized
    /// The server refuses to give a token for these credentials.
    case authorizationDenied(Answer)
    /// No token could be had, for a cause that may pass, or (`isFinal`) will not; `answer` is what the server said,
    /// if it said anything.
    case authorizationFailed(Trouble, isFinal: Bool, answer: Answer? = nil)
    /// A whole answer arrived.
    case answered(Answer)
    /// No whole answer arrived.
    case failed(Failure)
    case waited
    /// Time is up or the host wants to go on; `sent` tells of the request that was under way, if one was.
    case stopped(Stop, sent: Bool)
}

enum Stop {
    case deadline
    case interrupt
    /// There is no turn for the next request before the deadline.
    case pace

    var reason: Reason {
        switch self {
        case .deadline, .pace: .deadline
        case .interrupt: .interrupted
        }
    }
}

/// An answer, as far as an operation needs to know it.
struct Answer {
    var status: Int32
    /// How long the server asks to be left alone.
    var retryAfter: Milliseconds?
    /// What the server says in words, and the label of its error.
    var message: String?
    var error: String?
    /// What the body says about the case; only of an answer to `read`.
    var reading: Reading = .unreadable

    /// Whether the server wants fewer requests.
    var asksForLess: Bool { status == 429 || (status == 503 && retryAfter != nil) }
}

/// What an answer to `read` says about the case.
enum Reading {
    case canceled(CaseSnapshot)
    case notCanceled(CaseSnapshot)
    /// The answer holds no case of this id.
    case absent
    /// Not an answer that one can rely on.
    case unreadable
}

/// A request that brought no whole answer.
struct Failure {
    /// Whether any byte of the request can have left this machine.
    var sent: Bool
    /// Whether the same request would fail the same way again: a certificate that is not accepted, say.
    var isFinal = false
    var trouble: Trouble
}

/// A cause, for programs and for people.
struct Trouble {
    var reason: Reason
    var text: String
}

/// How an operation ends.
struct Verdict {
    var outcome: Outcome
    var reason: Reason?
    var evidence: Evidence
    var status: Int32 = 0
    var message: String
    var error: String?
    var isRetriable = false
    var snapshot: CaseSnapshot?
}
