import KCaseProtocol
import KCaseSystem

/// What the library says of parts of a case.
extension Explain {
    /// Of one part, or of several of a kind. `words` are the service's own, `cause` is what went wrong.
    static func part(_ kind: StaticString, _ outcomes: [Outcome], words: String?, cause: String?) -> String {
        guard let first = outcomes.first, outcomes.count > 1 else {
            return ofOne(kind.text, outcomes.first ?? .unknown, words: words, cause: cause)
        }
        if outcomes.allSatisfy({ $0 == first }), first != .canceled, first != .alreadyCanceled {
            return ofOne(kind.text + "s", first, words: words, cause: cause, verb: "are")
        }
        var counts = ""
        for outcome in Outcome.all {
            let count = outcomes.count { $0 == outcome }
            if count > 0 {
                counts += (counts.utf8.isEmpty ? "" : ", ") + decimal(count) + " " + outcome.name.text
            }
        }
        let sentence = "Of " + decimal(outcomes.count) + " " + kind.text + "s: " + counts
        return cause.map { sentence + "; " + $0 + "." } ?? sentence + "."
    }

    static var partlyConfirmed: String {
        "the server accepted the request, but not every service reads back as canceled"
    }

    private static func ofOne(
        _ part: String, _ outcome: Outcome, words: String?, cause: String?, verb: String = "is"
    ) -> String {
        let because = (cause.map { ": " + $0 } ?? "") + "."
        switch outcome {
        case .canceled: return "The " + part + " " + verb + " canceled."
        case .alreadyCanceled: return "The " + part + " was canceled already."
        case .unknown: return "The " + part + " may or may not be canceled" + because
        case .notSent: return "No cancel request was sent" + because + " Nothing changed."
        default: break
        }
        if let words { return words }
        return switch outcome {
        case .refused: "The server refuses to cancel the " + part + because
        case .notFound: "The server knows nothing of the kind for these credentials."
        case .denied: "The server does not allow it" + because
        default: "This call did not cancel the " + part + because
        }
    }
}
