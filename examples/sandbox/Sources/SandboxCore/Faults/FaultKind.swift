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
    /// Reads that do not see the cancel yet.
    case staleRead

    /// The names used in rules.
    public enum Name: String, Sendable, CaseIterable {
        case status, garbage, oversize, empty, html, truncate, hang, slow
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
        case html
    }

    func answer(to operation: Operation) -> Answer {
        var answer =
            switch body {
            case .documented: Self.documented(status, for: operation)
            case .none: Answer.empty(status)
            case .text(let text, let type): Answer(status: status, text: text, contentType: type)
            case .messages:
                Answer.errors(status, ["caseId must be a string", "caseId should not be empty"])
            case .html: Answer(status: status, text: Self.page(status), contentType: "text/html")
            }
        answer.headers += headers
        return answer
    }

    private static func documented(_ status: Int, for operation: Operation) -> Answer {
        switch (operation, status) {
        case (.cancel, 401): .unauthorized
        case (.cancel, 404): .caseNotFound
        case (.cancel, 422): .unableToCancel
        case (.cancel, 500): .cancelFailed
        case (_, ..<400): .empty(status)
        default: .error(status, StatusPhrase.of(status))
        }
    }

    /// The sort of page that a gateway in front of an API answers by itself.
    private static func page(_ status: Int) -> String {
        let title = "\(status) \(StatusPhrase.of(status))"
        return "<html>\n<head><title>\(title)</title></head>\n<body>\n"
            + "<center><h1>\(title)</h1></center>\n<hr><center>edge</center>\n</body>\n</html>\n"
    }
}
