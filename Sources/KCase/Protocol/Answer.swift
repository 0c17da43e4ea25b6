import KCaseSystem

/// An answer, as far as an operation needs to know it.
package struct Answer {
    package var status: Int32
    /// How long the server asks to wait.
    package var retryAfter: Milliseconds?
    /// What the server says in words, and the label of its error.
    package var message: String?
    package var error: String?
    /// Why it refuses, as far as its words tell.
    package var refusal: Reason
    /// What the body says about the case; only of an answer to `read`.
    package var reading: Reading

    package init(
        status: Int32, retryAfter: Milliseconds? = nil, message: String? = nil, error: String? = nil,
        refusal: Reason = .other, reading: Reading = .unreadable
    ) {
        self.status = status
        self.retryAfter = retryAfter
        self.message = message
        self.error = error
        self.refusal = refusal
        self.reading = reading
    }

    /// Any 2xx.
    package var isSuccess: Bool { (200...299).contains(status) }

    /// Whether the server is limiting requests.
    package var limitsRequests: Bool { status == 429 || (status == 503 && retryAfter != nil) }

    /// Whether the same request may succeed later without anything being changed.
    package var mayPass: Bool { status == 408 || status == 429 || status >= 500 }
}

/// What an answer to `read` says about the case.
package enum Reading {
    case canceled(CaseSnapshot)
    case notCanceled(CaseSnapshot)
    /// The answer holds no case of this id.
    case absent
    /// Not an answer that one can rely on.
    case unreadable
}

/// A request that brought no whole answer.
package struct Failure {
    /// Whether any byte of the request can have left this machine.
    package var sent: Bool
    /// Whether the same request would fail the same way again: a certificate that is not accepted, say.
    package var isFinal: Bool
    package var trouble: Trouble

    package init(sent: Bool, isFinal: Bool = false, trouble: Trouble) {
        self.sent = sent
        self.isFinal = isFinal
        self.trouble = trouble
    }
}

/// A cause, for programs and for people.
package struct Trouble {
    package var reason: Reason
    package var text: String

    package init(reason: Reason, text: String) {
        self.reason = reason
        self.text = text
    }
}
