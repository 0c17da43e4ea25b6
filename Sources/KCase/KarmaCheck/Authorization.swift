import KCaseHTTP
import KCaseProtocol
import KCaseSystem

/// What an answer of POST /auth/api means.
package enum Authorization {
    /// An answer, and the token in it.
    package struct Minted {
        package let answer: Answer
        /// nil if the answer gives none.
        package let token: Secret?
    }

    package static func decode(_ reply: Reply) -> Minted {
        guard reply.isSuccess else {
            return Minted(answer: AnswerDecoder.decodeError(reply), token: nil)
        }
        let answer = Answer(status: reply.status, retryAfter: reply.retryAfter)
        return Minted(answer: answer, token: AnswerDecoder.decodeToken(reply))
    }

    /// Of an answer without a token. The documents name 403 only.
    package static func event(_ answer: Answer) -> Event {
        switch answer.status {
        case 400 where answer.hasOwnWords, 401 where answer.isOwn, 403 where answer.isOwn:
            return .authorizationDenied(answer)
        case 200...299:
            return .authorizationFailed(
                Trouble(reason: .authentication, text: "the answer to the credentials holds no token"),
                isFinal: false, answer: answer)
        case 401, 403:
            return failed(Explain.blocked(answer), isFinal: false, answer)
        case 404:
            return failed(Explain.notTheService(answer), isFinal: false, answer)
        default:
            let cause = Trouble(reason: .authentication, text: Explain.serverError(answer).text)
            return failed(cause, isFinal: !answer.mayPass, answer)
        }
    }

    private static func failed(_ cause: Trouble, isFinal: Bool, _ answer: Answer) -> Event {
        let trouble = Trouble(reason: cause.reason, text: "could not obtain a token: " + cause.text)
        return .authorizationFailed(trouble, isFinal: isFinal, answer: answer)
    }
}
