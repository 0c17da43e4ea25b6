/// What a fault does to an answer.
public enum FaultKind: Sendable, Equatable {
    /// Another answer in place of the real one.
    case answer(FaultAnswer)
    /// RST before any byte of an answer.
    case resetBefore
    /// RST after a part of an answer; `nil` cuts the real one.
    case resetDuring(FaultAnswer?)
    /// FIN before any byte of an answer.
    case closeBefore
    /// FIN after a part of an answer; `nil` cuts the real one.
    case truncate(FaultAnswer?)
    /// Silence, then FIN.
    case hang(delayMS: Int)
    /// The real answer, late.
    case slow(delayMS: Int)
    /// Bytes that are not HTTP.
    case garbage
    /// A body of this size.
    case oversize(FaultAnswer, bytes: Int)
    /// A list of services of which only the first are canceled, with an answer of this status.
    case partial(count: Int, status: Int)
    /// Reads that do not see the cancel yet.
    case staleRead
    /// Readings that show the cases as they were some time ago.
    case lag(lagMS: Int)
    /// Readings with something odd in them.
    case blemish(Blemish)
    /// Tokens that are good no more: 401 or 403 in the service's form until a new one is minted.
    case revoke(TokenScope, status: Int)
    /// A cancel that takes its time and is answered when it is done.
    case atWork(workMS: Int, meanwhile: FaultEffect.Meanwhile)

    /// The names used in rules.
    public enum Name: String, Sendable, CaseIterable {
        case answer, status, garbage, oversize, empty, html, truncate, hang, slow, lag, blemish, revoke
        case partial
        case atWork = "at_work"
        case resetBefore = "reset_before"
        case resetDuring = "reset_during"
        case closeBefore = "close_before"
        case staleRead = "stale_read"
        case messageArray = "message_array"
    }
}

/// The answer that a fault gives.
public struct FaultAnswer: Sendable, Equatable {
    public var status: Int
    public var body: Body
    public var headers: [Answer.Header] = []

    public enum Body: Sendable, Equatable {
        /// What the API documents for this status and operation, as far as it does.
        case documented
        case none
        case text(String, contentType: String)
        case messages
        case form(FaultForm)
    }

    func answer(to request: SpoiledRequest) -> Answer {
        var answer =
            switch body {
            case .documented: Self.documented(status, for: request.operation)
            case .none: Answer.empty(status)
            case .text(let text, let type): Answer(status: status, text: text, contentType: type)
            case .messages:
                Answer.errors(status, ["caseId must be a string", "caseId should not be empty"])
            case .form(let form): form.answer(status, to: request)
            }
        for header in headers {
            answer.headers.removeAll { $0.name == header.name }
            answer.headers.append(header)
        }
        return answer
    }

    static func documented(_ status: Int, for operation: Operation) -> Answer {
        switch (operation, status) {
        case (.cancel, 401), (.cancelServices, 401), (.cancelSearch, 401): .unauthorized
        case (.cancel, 404), (.cancelSearch, 404): .caseNotFound
        case (.cancelServices, 404): .serviceCaseNotFound
        case (.cancelServices, 422): .serviceCannotBeCanceled
        case (.cancelServices, 500): .cancelFailed
        case (.cancel, 422): .unableToCancel
        case (.cancel, 500): .cancelFailed
        case (_, ..<400): .empty(status)
        default: .error(status, StatusPhrase.of(status))
        }
    }
}
