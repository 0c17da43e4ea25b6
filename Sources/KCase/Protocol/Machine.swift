import KCaseSystem

/// An operation as a value: it is told what happened and says what to do next. It has no clock, does no I/O
/// and throws no dice: the time and the jitter come in with every event.
package protocol Machine {
    mutating func begin(_ context: Context) -> Action
    mutating func handle(_ event: Event, _ context: Context) -> Action
}

/// A request of an operation. (The request that mints a token is the driver's, since operations share it.)
package enum Request {
    /// POST /case/id/{caseId}/cancel
    case cancel
    /// GET /case/id/{caseId}
    case read
    /// A request that needs valid credentials and touches no case.
    case probe
}

/// What the machine wants done.
package enum Action {
    /// Have a token at hand: a new one, if the one in use was rejected. Answered by an `authorized...` event.
    case authorize(replacingRejected: Bool)
    /// Send it, with the token at hand. Answered by `answered` or `failed`.
    case send(Request)
    /// Do nothing for so long. Answered by `waited`.
    case wait(Milliseconds)
    case finish(Verdict)
}

/// What happened. `stopped` and `driverFault` may come at any time; each is the last event.
package enum Event {
    case authorized
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
