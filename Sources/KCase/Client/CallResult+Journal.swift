import KCaseDriver
import KCaseJSON
import KCaseJournal
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// Whether the journal has what a result says.
enum Journaling {
    /// There is no journal, or nothing to write.
    case none
    case written
    case failed(String)
}

extension CallResult {
    /// What the journal keeps of the result; nil if its intent stays unfinished. An intent that another
    /// process began is not finished by a call that neither sent the request nor found the case canceled, nor
    /// by one whose credentials are refused.
    func finding(_ intent: Intent) -> Finding? {
        if intent.isTakenOver {
            switch verdict.outcome {
            case .ok, .notSent, .denied, .invalid: return nil
            case .unknown: if !hasSentCancel { return nil }
            case .canceled, .alreadyCanceled, .refused, .notFound, .failed: break
            }
        }
        return Finding(intent, outcome: verdict.outcome.name, isSettled: verdict.isSettled) {
            self.writeRecord(to: &$0)
        }
    }

    private var hasSentCancel: Bool {
        attempts.contains { attempt in
            switch attempt.sending {
            case .request(.cancel), .request(.cancelServices), .request(.cancelSearch): attempt.sent
            default: false
            }
        }
    }

    /// What the outcome rests on: no personal data, even if the result has some.
    private func writeRecord(to json: inout JSONWriter) {
        json.set("retriable", verdict.isRetriable)
        json.set("http_status", verdict.status > 0 ? Int64(verdict.status) : nil)
        json.set("reason", word: verdict.reason?.name)
        json.set("message", message)
        json.set("error", verdict.error)
        json.set("evidence", word: verdict.evidence.name)
        json.set("elapsed_ms", elapsed.count)
        json.beginArray("attempts")
        for attempt in attempts { json.add(attempt) }
        json.endArray()
        for member in additional ?? [] { json.set(member.name, json: member.json) }
    }

    /// Notes what became of its finding.
    func note(_ recording: Recording) {
        switch recording {
        case .written:
            journaling = .written
        case .late(let outcome):
            let found = outcome.map { "recorded the outcome " + $0 } ?? "goes on with the intent"
            journaling = .failed("another process took the case over and " + found)
        }
    }

    func note(_ error: JournalError) {
        journaling = .failed("the outcome could not be written: " + error.text)
    }

    func noteUnfinished() {
        journaling = .failed("the intent stays unfinished: kcase_resume can find out more")
    }
}

extension JournalError {
    var reason: Reason { shortage == .memory ? .outOfMemory : .journal }
}

extension Conclusion {
    /// It is canceled by what the journal has.
    mutating func becomeRecorded(_ part: CasePart?) {
        verdict = Verdict(
            outcome: .alreadyCanceled, evidence: .journal,
            message: CasePart.name(part) + " was canceled already, as the journal has it.", isSettled: true)
    }

    /// Somebody else was at work on it until the time was over.
    mutating func becomeOccupied(_ part: CasePart?) {
        verdict = Verdict(
            outcome: .unknown, reason: .inProgress, evidence: .none,
            message: CasePart.name(part) + CasePart.inDoubt
                + "another call or process is canceling it, and has not finished.",
            isRetriable: true)
    }

    /// The journal cannot take the intent. `isAwaited`: somebody else was at work on it before.
    mutating func becomeUnwritten(_ error: JournalError, isAwaited: Bool, _ part: CasePart?) {
        let cause = Trouble(reason: error.reason, text: "the journal cannot be written: " + error.text)
        verdict = Verdict(
            outcome: isAwaited ? .unknown : .notSent, reason: cause.reason, evidence: .none,
            message: isAwaited
                ? CasePart.name(part) + CasePart.inDoubt + "another process was canceling it, and "
                    + cause.text + "."
                : Explain.notSent(cause),
            isRetriable: true)
    }

    /// What a call that sent nothing says of an intent that another process began.
    mutating func becomeCautious(_ part: CasePart?) {
        if let services = verdict.services {
            verdict.services = ServiceClaims(
                services.list.map {
                    Conclusion.isInDoubt($0.outcome, $0.evidence, part) ? ServiceClaim(.unknown, .none) : $0
                })
        }
        guard Conclusion.isInDoubt(verdict.outcome, verdict.evidence, part) else { return }
        if verdict.outcome != .notSent { verdict.reason = .unconfirmed }
        verdict.outcome = .unknown
        verdict.evidence = .none
        verdict.isSettled = false
        verdict.isRetriable = true
        verdict.message =
            CasePart.name(part) + CasePart.inDoubt + "another process began to cancel it. " + verdict.message
    }

    /// Whether the other process may have canceled it, whatever this one was told. A part may not have been
    /// read before its request.
    private static func isInDoubt(_ outcome: Outcome, _ evidence: Evidence, _ part: CasePart?) -> Bool {
        switch outcome {
        case .notSent: return true
        case .refused, .notFound, .failed:
            if part == nil { return false }
            if case .readBack = evidence { return false }
            return true
        default: return false
        }
    }

    /// Of a part of a case of which nothing was to be sent.
    static func unverified(_ part: CasePart) -> Conclusion {
        let verdict = Verdict(
            outcome: .unknown, reason: .unconfirmed, evidence: .none,
            message: CasePart.name(part) + CasePart.inDoubt
                + "its cancel is unfinished, and only finishing it finds out more.",
            isRetriable: true)
        var conclusion = Conclusion(verdict, attempts: [], tokens: [], elapsed: 0)
        conclusion.claimForEach(part)
        return conclusion
    }

    /// What is claimed of the whole is claimed of each service.
    mutating func claimForEach(_ part: CasePart?) {
        guard let part, !part.serviceIDs.isEmpty, verdict.services == nil else { return }
        let claim = ServiceClaim(verdict.outcome, verdict.evidence)
        verdict.services = ServiceClaims(part.serviceIDs.map { _ in claim })
    }
}

extension CasePart {
    fileprivate static var inDoubt: String { " may or may not be canceled: " }

    fileprivate static func name(_ part: CasePart?) -> String {
        part == nil ? "The case" : "The part of the case"
    }
}
