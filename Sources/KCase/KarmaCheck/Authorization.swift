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
        Minted(
            answer: AnswerDecoder.decode(reply),
            token: reply.isSuccess ? AnswerDecoder.decodeToken(reply) : nil)
    }

    /// Of an answer without a token. The documents name 403 only.
    package static func event(_ answer: Answer) -> Event {
        switch answer.status {
        case 400, 401, 403:
            return .authorizationDenied(answer)
        case 200...299:
            return .authorizationFailed(
                Trouble(reason: .authentication, text: "the answer to the credentials holds no token"),
                isFinal: false, answer: answer)
        default:
            let words = Explain.serverError(answer).text
            return .authorizationFailed(
                Trouble(reason: .authentication, text: "could not obtain a token: " + words),
                isFinal: !answer.mayPass, answer: answer)
        }
    }
}
