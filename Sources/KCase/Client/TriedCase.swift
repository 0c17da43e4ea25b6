import KCaseJSON
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// A case that was found and then canceled, or not.
struct TriedCase {
    let id: String
    let verdict: Verdict

    init(_ listed: ListedCase, _ verdict: Verdict) {
        id = listed.id
        self.verdict = verdict
    }

    /// nil where memory is lacking.
    static func members(_ tried: [TriedCase], _ redactor: Redactor) -> CallResult.Additional? {
        var cases = JSONWriter()
        cases.beginArray()
        for one in tried {
            cases.beginObject()
            cases.set("id", redactor.clean(one.id))
            cases.set("outcome", word: one.verdict.outcome.name)
            cases.set("settled", one.verdict.isSettled)
            cases.set("retriable", one.verdict.isRetriable)
            cases.set("reason", word: one.verdict.reason?.name)
            cases.set("message", redactor.clean(one.verdict.message))
            cases.endObject()
        }
        cases.endArray()
        guard let text = cases.text() else { return nil }
        return [("cases", text)]
    }
}

// MARK: - What is claimed

extension Verdict {
    /// The list is whole, and nothing in it is meant.
    static func noneFound(_ search: Verdict) -> Verdict {
        Verdict(
            outcome: .notFound, evidence: .response, status: search.status,
            message: "The service's list holds no case that has this.")
    }

    static func ambiguous(_ search: Verdict, found: Int64, expected: Int64?) -> Verdict {
        let wanted = expected.map { decimal($0) + " were expected" } ?? "one was meant"
        return Verdict(
            outcome: .refused, reason: .ambiguous, evidence: .response, status: search.status,
            message: decimal(found) + " cases have this, and " + wanted + ". No cancel request was sent.")
    }

    /// What was read before a cancel, as far as it does not end the matter.
    var withoutCancel: Verdict {
        switch outcome {
        case .unknown:
            Verdict(
                outcome: .notSent, reason: reason, evidence: .none, status: status,
                message: "No cancel request was sent. " + message, isRetriable: isRetriable)
        // The list has just shown it.
        case .notFound:
            Verdict(
                outcome: .notSent, reason: .contradictory, evidence: .none, status: status,
                message: "No cancel request was sent: the case is in the list, and was not found by its id.",
                isRetriable: true)
        default: self
        }
    }

    static func canceledBefore(_ reading: Verdict) -> Verdict {
        Verdict(
            outcome: .alreadyCanceled, evidence: .readBack, status: reading.status,
            message: Explain.alreadyCanceled, isSettled: true, snapshot: reading.snapshot)
    }

    /// Of a case whose id cannot be part of an address.
    static var unfit: Verdict {
        Verdict(
            outcome: .notSent, reason: .unreadable, evidence: .none,
            message: "No cancel request was sent: the case's id in the list cannot be part of an address.")
    }

    /// What can be said of all of them at once.
    static func summary(_ tried: [TriedCase]) -> Verdict {
        guard var summary = tried.first?.verdict else { return .noneFound(.unfit) }
        if tried.count == 1 { return summary }
        let canceled = tried.count { $0.verdict.outcome == .canceled }
        let before = tried.count { $0.verdict.outcome == .alreadyCanceled }
        let isSame = tried.allSatisfy {
            $0.verdict.outcome == summary.outcome && $0.verdict.reason == summary.reason
        }
        let last = tried.last { $0.verdict.outcome == .canceled }
        if let last, canceled + before == tried.count {
            summary = last.verdict
        } else if !isSame {
            summary = Verdict(outcome: .unknown, reason: .partial, evidence: .none, message: "")
        }
        summary.isSettled = summary.outcome != .unknown && tried.allSatisfy { $0.verdict.isSettled }
        summary.isRetriable = !summary.isSettled && tried.contains { $0.verdict.isRetriable }
        summary.snapshot = nil
        summary.error = nil
        summary.message =
            decimal(canceled) + " of " + decimal(tried.count) + " cases were canceled, and " + decimal(before)
            + " were before. What became of each is in \"cases\"."
        return summary
    }
}
