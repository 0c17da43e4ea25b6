/// What a call found out: each outcome is a claim about the case (include/kcase.h says which).
package enum Outcome {
    case ok
    case canceled
    case alreadyCanceled
    case refused
    case notFound
    case denied
    case failed
    case notSent
    case unknown
    case invalid

    package static let all: [Outcome] = [
        .ok, .canceled, .alreadyCanceled, .refused, .notFound, .denied, .failed, .notSent, .unknown,
        .invalid,
    ]

    package var name: StaticString {
        switch self {
        case .ok: "ok"
        case .canceled: "canceled"
        case .alreadyCanceled: "already_canceled"
        case .refused: "refused"
        case .notFound: "not_found"
        case .denied: "denied"
        case .failed: "failed"
        case .notSent: "not_sent"
        case .unknown: "unknown"
        case .invalid: "invalid"
        }
    }
}

/// Why an outcome came about: a stable word for programs.
package enum Reason {
    // refused
    case alreadyStarted, unable, other
    // refused by the library: several cases were found where one was meant
    case ambiguous
    // denied
    case unauthorized, forbidden, credentials
    // denied: a message of a webhook's
    case signature, timestamp
    // failed: an error of the server, its limit on requests, a request that it does not accept
    case serverError, busy, rejected, redirected
    // failed or not_sent: somebody between turned the request away; what answers is not the service
    case blocked, notTheService
    // not_sent
    case nameLookup, connect, tls, proxy, local, authentication
    // unknown
    case answerLost, unconfirmed, contradictory, unreadable
    // unknown: several cases, with outcomes of their own
    case partial
    // not_sent or unknown
    case deadline, interrupted, outOfMemory
    // not_sent or failed: the journal cannot be used; unknown: another process is at work on the case
    case journal, inProgress
    // invalid
    case input

    package var name: StaticString {
        switch self {
        case .alreadyStarted: "already_started"
        case .unable: "unable"
        case .other: "other"
        case .ambiguous: "ambiguous"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .credentials: "credentials"
        case .signature: "signature"
        case .timestamp: "timestamp"
        case .serverError: "server_error"
        case .busy: "busy"
        case .rejected: "rejected"
        case .redirected: "redirected"
        case .blocked: "blocked"
        case .notTheService: "not_the_service"
        case .nameLookup: "name_lookup"
        case .connect: "connect"
        case .tls: "tls"
        case .proxy: "proxy"
        case .local: "local"
        case .authentication: "authentication"
        case .answerLost: "answer_lost"
        case .unconfirmed: "unconfirmed"
        case .contradictory: "contradictory"
        case .unreadable: "unreadable"
        case .partial: "partial"
        case .deadline: "deadline"
        case .interrupted: "interrupted"
        case .outOfMemory: "out_of_memory"
        case .journal: "journal"
        case .inProgress: "in_progress"
        case .input: "input"
        }
    }
}

/// What a claim rests on.
package enum Evidence {
    case response
    case readBack
    /// What the journal has of an earlier call.
    case journal
    case none

    package var name: StaticString {
        switch self {
        case .response: "response"
        case .readBack: "read_back"
        case .journal: "journal"
        case .none: "none"
        }
    }
}
