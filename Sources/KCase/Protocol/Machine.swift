import KCaseSystem

/// An operation as a value: it is told what happened and says what to do next. It has no clock, does no I/O
/// and throws no dice: the time and the jitter come in with every event.
package protocol Machine {
    /// Whether a client does this for one case once at a time: who comes second waits for the first.
    var isExclusive: Bool { get }

    mutating func begin(_ context: Context) -> Action
    mutating func handle(_ event: Event, _ context: Context) -> Action
}

/// A request of an operation. (The request that mints a token is the driver's, since operations share it.)
package enum Request: Equatable {
    /// POST /case/id/{caseId}/cancel
    case cancel
    /// GET /case/id/{caseId}
    case read
    /// A request that needs valid credentials and touches no case.
    case probe
    /// GET /case/list, or /case/list/all
    case list
    /// POST /case/id/{caseId}/services/cancel, of these of the services
    case cancelServices(ServiceSet)
    /// GET /case/id/{caseId}/data/{serviceTypeId}
    case readServices
    /// POST /case/data/id/{caseDataId}/search/id/{searchId}/cancel
    case cancelSearch
}

/// What the machine wants done.
package enum Action {
    /// Have a token at hand: a new one, if the one in use was rejected. Answered by an `authorized...` event,
    /// or by `tokenKept`.
    case authorize(replacing: Rejection?)
    /// Send it, with the token at hand. Answered by `answered` or `failed`.
    case send(Request)
    /// Do nothing for so long. Answered by `waited`.
    case wait(Milliseconds)
    /// The same where nothing is repeated because something failed: it does not count as that.
    case rest(Milliseconds)
    case finish(Verdict)
}

/// How the service rejected a token.
package enum Rejection {
    /// By 401: the token is not valid.
    case unauthorized
    /// By 403, which may also mean that the token does not reach this case.
    case forbidden

    init(_ answer: Answer) { self = answer.status == 401 ? .unauthorized : .forbidden }
}

/// What happened. `stopped` and `driverFault` may come at any time; each is the last event.
package enum Event {
    case authorized
    /// The token was replaced not long ago for the same cause: it is not replaced again.
    case tokenKept
    /// The server refuses to give a token for these credentials.
    case authorizationDenied(Answer)
    /// No token could be obtained, for a cause that may pass, or (`isFinal`) will not; `answer` is what the
    /// server said, if it said anything.
    case authorizationFailed(Trouble, isFinal: Bool, answer: Answer? = nil)
    /// A whole answer arrived.
    case answered(Answer)
    /// No whole answer arrived.
    case failed(Failure)
    case waited
    /// Time is up or the host wants to go on; `sent` tells of the request that was in flight, if one was.
    case stopped(Stop, sent: Bool)
    /// Another call of the client, which was waited for, found the case canceled. Comes instead of `begin`.
    case canceledByAnotherCall(Evidence)
    /// The driver has nothing left to wait for, though the machine has not finished.
    case driverFault
}

package enum Stop {
    case deadline
    case interrupt
    /// The client's pace allows no further request before the deadline.
    case pace

    package var reason: Reason {
        switch self {
        case .deadline, .pace: .deadline
        case .interrupt: .interrupted
        }
    }
}
