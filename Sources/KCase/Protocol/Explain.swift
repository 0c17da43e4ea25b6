import KCaseSystem

/// What the library says to people, in one place.
package enum Explain {
    static var canceled: String { "The case is canceled." }
    static var notCanceled: String { "The case is not canceled." }
    static var accepted: String { "The service answers and accepts the credentials." }
    package static func state(_ snapshot: CaseSnapshot) -> String {
        snapshot.isCanceled ? canceled : notCanceled
    }

    static var listed: String { "The list of cases was read to its end." }
    static var acceptedForLater: String {
        "The server accepted the request; it says that the work is not done yet."
    }
    static var readBackCanceled: String { "The case reads back as canceled." }
    package static var alreadyCanceled: String { "The case was canceled already." }
    static var canceledByAnotherCall: String { "The case was canceled by another call of this client." }

    // MARK: - Findings

    /// The service's own words, or the library's where it says nothing or somebody else answered.
    static func message(_ outcome: Outcome, _ reason: Reason?, _ answer: Answer) -> String {
        if answer.isOwn, let message = answer.message { return message }
        return foreign(outcome, reason, answer)
    }

    /// The library's own words, with what somebody else said.
    static func foreign(_ outcome: Outcome, _ reason: Reason?, _ answer: Answer) -> String {
        finding(outcome, reason) + quoted(answer)
    }

    /// The same of an operation that cancels nothing.
    static func readingMessage(_ outcome: Outcome, _ reason: Reason?, _ answer: Answer) -> String {
        if answer.isOwn, let message = answer.message { return message }
        return reading(outcome, reason) + quoted(answer)
    }

    private static func finding(_ outcome: Outcome, _ reason: Reason?) -> String {
        switch (outcome, reason) {
        case (.refused, _): "The server refuses to cancel the case in its present state."
        case (.notFound, _): "There is no such case for these credentials."
        case (.denied, .credentials): "The server gives no token for these credentials."
        case (.denied, .unauthorized): "The server does not accept the token."
        case (.denied, _):
            "The server forbids it: the token is not valid, or does not reach this case."
        case (.failed, .busy):
            "The server is limiting requests (429, or 503 with Retry-After);"
                + " this call did not cancel the case."
        case (.failed, .redirected):
            "The server points to another address, which is not followed; this call did not cancel the case."
        case (.failed, .rejected):
            "The server does not accept the request; this call did not cancel the case."
        case (.failed, .authentication):
            "The server rejected the token, and there is no other; this call did not cancel the case."
        case (.failed, .blocked):
            "A firewall or gateway turned the request away; the service did not judge the credentials."
        case (.failed, .notTheService): "The answer is not the service's: is this the service's address?"
        case (.failed, _): "The server answered with an error; this call did not cancel the case."
        default: "Nothing more is known."
        }
    }

    private static func reading(_ outcome: Outcome, _ reason: Reason?) -> String {
        switch (outcome, reason) {
        case (.failed, .busy): "The server is limiting requests (429, or 503 with Retry-After)."
        case (.failed, .redirected): "The server points to another address, which is not followed."
        case (.failed, .rejected): "The server does not accept the request: is this the service's address?"
        case (.failed, .blocked), (.failed, .notTheService): finding(outcome, reason)
        case (.failed, _): "The server answered with an error."
        default: finding(outcome, reason)
        }
    }

    /// What somebody said whose word does not decide.
    private static func quoted(_ answer: Answer) -> String {
        guard let words = said(answer) else { return "" }
        return " (HTTP " + decimal(answer.status) + ": " + words + ")"
    }

    private static func said(_ answer: Answer) -> String? {
        answer.contradiction ?? answer.message ?? answer.error
    }

    // MARK: - Causes

    /// What a final error status means for a reading operation.
    static func failure(_ status: Int32) -> Reason {
        switch status {
        case 300...399: .redirected
        case 408: .serverError
        case 429: .busy
        case 400...499: .rejected
        default: .serverError
        }
    }

    package static func serverError(_ answer: Answer) -> Trouble {
        answer.isBlocked ? blocked(answer) : Trouble(reason: failure(answer.status), text: words(answer))
    }

    package static func blocked(_ answer: Answer) -> Trouble {
        Trouble(reason: .blocked, text: "a firewall or gateway turned the request away: " + words(answer))
    }

    package static func notTheService(_ answer: Answer) -> Trouble {
        Trouble(reason: .notTheService, text: "the answer is not the service's: " + words(answer))
    }

    static func unreadable(_ answer: Answer) -> Trouble {
        Trouble(
            reason: .unreadable,
            text: answer.isSuccess ? "the answer cannot be read as a case" : words(answer))
    }

    static func unconfirmed(_ answer: Answer) -> Trouble {
        let status = "HTTP " + decimal(answer.status)
        guard let contradiction = answer.contradiction else {
            return Trouble(
                reason: .unconfirmed,
                text: "the server accepted the request (" + status
                    + "), but the case does not read back as canceled")
        }
        return Trouble(
            reason: .contradictory,
            text: "the server answered " + status + " and sent " + contradiction
                + ", and the case does not read back as canceled")
    }

    package static func stopped(_ stop: Stop, during trouble: Trouble?) -> Trouble {
        var text =
            switch stop {
            case .deadline: "timeout_ms passed"
            case .interrupt: "the call was interrupted"
            case .pace: "the client's request rate allows no further request within timeout_ms"
            }
        if let trouble { text += "; before that, " + trouble.text }
        return Trouble(reason: stop.reason, text: text)
    }

    package static var nothingKnown: Trouble { Trouble(reason: .local, text: "the operation ended early") }

    package static func notSent(_ cause: Trouble) -> String {
        "No cancel request was sent: " + cause.text + ". Nothing changed."
    }

    static func unknown(_ cause: Trouble, reading: Trouble?) -> String {
        var text = "The case may or may not be canceled: " + cause.text
        if let reading { text += "; and it could not be read back: " + reading.text }
        return text + "."
    }

    static func unreachable(_ cause: Trouble) -> String {
        "The service could not be asked: " + cause.text + "."
    }

    static func unread(_ cause: Trouble) -> String {
        "There is no answer to rely on: " + cause.text + "."
    }

    private static func words(_ answer: Answer) -> String {
        let status = "HTTP " + decimal(answer.status)
        guard let words = said(answer) else { return "the server answered " + status }
        return "the server answered " + status + " (" + words + ")"
    }
}
