import CKCase

/// What a call found out: each outcome is a claim about the case (include/kcase.h says which).
enum Outcome {
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

    static let all: [Outcome] = [
        .ok, .canceled, .alreadyCanceled, .refused, .notFound, .denied, .failed, .notSent, .unknown,
        .invalid,
    ]

    /// The number in the C interface.
    var number: Int32 {
        switch self {
        case .ok: KCASE_OK
        case .canceled: KCASE_CANCELED
        case .alreadyCanceled: KCASE_ALREADY_CANCELED
        case .refused: KCASE_REFUSED
        case .notFound: KCASE_NOT_FOUND
        case .denied: KCASE_DENIED
        case .failed: KCASE_FAILED
        case .notSent: KCASE_NOT_SENT
        case .unknown: KCASE_UNKNOWN
        case .invalid: KCASE_INVALID
        }
    }

    var name: StaticString {
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

    /// Whether the matter is closed: the same call again would find the same.
    var isSettled: Bool {
        switch self {
        case .ok, .canceled, .alreadyCanceled, .refused, .notFound, .invalid: true
        case .denied, .failed, .notSent, .unknown: false
        }
    }
}

/// Why an outcome came about: a stable word for programs.
enum Reason {
    // refused
    case alreadyStarted, unable, other
    // denied
    case unauthorized, forbidden, credentials
    // failed: the server's trouble, its wish to be left alone, its dislike of the request
    case serverError, busy, rejected, redirected
    // not_sent
    case nameLookup, connect, tls, proxy, local, authentication
    // unknown
    case answerLost, unconfirmed, unreadable
    // not_sent or unknown
    case deadline, interrupted
    // invalid
    case input

    var name: StaticString {
        switch self {
        case .alreadyStarted: "already_started"
        case .unable: "unable"
        case .other: "other"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .credentials: "credentials"
        case .serverError: "server_error"
        case .busy: "busy"
        case .rejected: "rejected"
        case .redirected: "redirected"
        case .nameLookup: "name_lookup"
        case .connect: "connect"
        case .tls: "tls"
        case .proxy: "proxy"
        case .local: "local"
        case .authentication: "authentication"
        case .answerLost: "answer_lost"
        case .unconfirmed: "unconfirmed"
        case .unreadable: "unreadable"
        case .deadline: "deadline"
        case .interrupted: "interrupted"
        case .input: "input"
        }
    }
}

/// What a claim rests on.
enum Evidence {
    case response
    case readBack
    case none

    var name: StaticString {
        switch self {
        case .response: "response"
        case .readBack: "read_back"
        case .none: "none"
        }
    }
}
