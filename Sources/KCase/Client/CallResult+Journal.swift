import KCaseDriver
import KCaseJSON
import KCaseJournal
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
        attempts.contains { $0.sending == .request(.cancel) && $0.sent }
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
    /// The case is canceled by what the journal has.
    mutating func becomeRecorded() {
        verdict = Verdict(
            outcome: .alreadyCanceled, evidence: .journal,
            message: "The case was canceled already, as the journal has it.", isSettled: true)
    }

    /// Somebody else was at work on the case until the time was over.
    mutating func becomeOccupied() {
        verdict = Verdict(
            outcome: .unknown, reason: .inProgress, evidence: .none,
            message: "The case may or may not be canceled: another call or process is canceling it, and has"
                + " not finished.",
            isRetriable: true)
    }

    /// The journal cannot take the intent. `isAwaited`: somebody else was at work on the case before.
    mutating func becomeUnwritten(_ error: JournalError, isAwaited: Bool) {
        let cause = Trouble(reason: error.reason, text: "the journal cannot be written: " + error.text)
        verdict = Verdict(
            outcome: isAwaited ? .unknown : .notSent, reason: cause.reason, evidence: .none,
            message: isAwaited
                ? "The case may or may not be canceled: another process was canceling it, and " + cause.text
                    + "."
                : Explain.notSent(cause),
            isRetriable: true)
    }

    /// What a call that sent nothing says of an intent that another process began.
    mutating func becomeCautious() {
        guard verdict.outcome == .notSent else { return }
        verdict.outcome = .unknown
        verdict.message =
            "The case may or may not be canceled: another process began to cancel it. "
            + verdict.message
    }
}
