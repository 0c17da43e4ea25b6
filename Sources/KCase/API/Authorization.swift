/// What an answer of POST /auth/api without a token means. The documents name 403 only.
enum Authorization {
    static func event(_ answer: Answer) -> Event {
        switch answer.status {
        case 400, 401, 403:
            return .authorizationDenied(answer)
        case 200...299:
            return .authorizationFailed(
                Trouble(reason: .authentication, text: "the answer to the credentials holds no token"),
                isFinal: false, answer: answer)
        default:
            let mayPass = answer.status == 408 || answer.status == 429 || answer.status >= 500
            let words = Explain.serverError(answer).text
            return .authorizationFailed(
                Trouble(reason: .authentication, text: "no token could be had: " + words),
                isFinal: !mayPass, answer: answer)
        }
    }
}
