import KCaseProtocol
import KCaseSystem

/// What the server says in words. Texts are hints only: the documents use one for several operations.
enum ServerWords {
    /// The two documented refusals are "Cannot cancel a case that has already started." and "Unable to
    /// cancel case."
    static func refusal(_ message: String?) -> Reason {
        guard let message else { return .other }
        if contains(message, "already started") { return .alreadyStarted }
        if contains(message, "unable to cancel") { return .unable }
        return .other
    }

    /// Whether the text holds the words (lower case ASCII), in whatever case.
    private static func contains(_ text: String, _ words: StaticString) -> Bool {
        let pattern = words.bytes
        let bytes = Array(text.utf8)
        guard bytes.count >= pattern.count else { return false }
        return (0...(bytes.count - pattern.count)).contains { start in
            zip(bytes[start...], pattern).allSatisfy { ASCII.lowercase($0) == $1 }
        }
    }
}
