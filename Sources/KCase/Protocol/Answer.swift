import KCaseSystem

/// An answer, as far as an operation needs to know it.
package struct Answer {
    package var status: Int32
    /// How long the server asks to wait.
    package var retryAfter: Milliseconds?
    /// What the body says about the case; only of an answer to `read`.
    package var reading: Reading
    /// nil of a plain success, which most answers are: it costs nothing to hand on.
    private let words: Words?

    /// Whose an answer is, and what it says.
    package struct Content: Sendable {
        /// Whether it has the service's form. (Only of an error, and of a list; of another success, see
        /// `contradiction`.)
        package var isOwn = false
        /// Whether the service says something in it, beside the status.
        package var hasOwnWords = false
        /// What in an answer of success says that it is none.
        package var contradiction: String?
        /// What the server says in words, and the label of its error.
        package var message: String?
        package var error: String?
        /// Why it refuses, as far as its words tell.
        package var refusal = Reason.other

        package init() {}
    }

    private final class Words: Sendable {
        let content: Content
        init(_ content: Content) { self.content = content }
    }

    package init(
        status: Int32, retryAfter: Milliseconds? = nil, reading: Reading = .unreadable,
        content: Content? = nil
    ) {
        self.status = status
        self.retryAfter = retryAfter
        self.reading = reading
        words = content.map(Words.init)
    }

    package var isOwn: Bool { words?.content.isOwn ?? false }
    package var hasOwnWords: Bool { words?.content.hasOwnWords ?? false }
    package var contradiction: String? { words?.content.contradiction }
    package var message: String? { words?.content.message }
    package var error: String? { words?.content.error }
    package var refusal: Reason { words?.content.refusal ?? .other }

    /// Any 2xx.
    package var isSuccess: Bool { (200...299).contains(status) }

    /// Whether fewer requests are wanted: the service limits them, or somebody between turns them away.
    package var limitsRequests: Bool {
        status == 429 || (status >= 500 && retryAfter != nil) || isBlocked
    }

    /// A firewall or a gateway, and not the service, turns the request away.
    package var isBlocked: Bool { (status == 401 || status == 403) && !isOwn }

    /// Whether the same request may succeed later without anything being changed.
    package var mayPass: Bool { status == 408 || status == 429 || status >= 500 }
}

/// What an answer to `read` says about the case.
package enum Reading {
    case canceled(CaseSnapshot)
    case notCanceled(CaseSnapshot)
    /// Of each of the services that the call is about, in their order.
    case services([ServiceReading])
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
