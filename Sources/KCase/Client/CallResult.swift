import KCaseDriver
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// What a call found out: immutable, so that any thread may read it, and free of secrets from the moment it
/// is made.
package final class CallResult: @unchecked Sendable {
    package let verdict: Verdict
    package let caseID: CText
    package let message: CText
    let environment: StaticString?
    let tag: String?
    let attempts: [Attempt]
    let elapsed: Milliseconds
    /// nil where memory was lacking: then there is no text of the result.
    let additional: Additional?
    let texts = KeptTexts()
    /// What the caller knows the operation by.
    let mark: Int64
    /// Set before anybody else has the result.
    var journaling = Journaling.none
    private let json = LazyCText()

    /// Members that only some calls give, each with its value as JSON text, free of secrets.
    package typealias Additional = [(name: StaticString, json: String)]

    /// The result of an operation.
    package init(
        _ conclusion: Conclusion, _ operation: Operation, _ configuration: Configuration, tag: String?,
        additional: Additional = []
    ) {
        let secrets = configuration.secrets
        let redactor = Redactor(conclusion.tokens.isEmpty ? secrets : secrets + conclusion.tokens)
        verdict = conclusion.verdict.mapTexts(redactor.clean)
        attempts = conclusion.attempts.mapTexts(redactor.clean)
        caseID = CText(operation.caseID?.bytes ?? [])
        message = CText(verdict.message)
        environment = configuration.account.service.environment
        self.tag = tag
        elapsed = conclusion.elapsed
        if let part = operation.part {
            self.additional = PartMembers.of(part, conclusion.verdict)
        } else {
            self.additional = additional
        }
        mark = operation.mark
    }

    /// The result of a call that was refused before anything was done.
    package convenience init(_ invalid: InvalidInput) {
        self.init(CallResult.verdict(invalid))
    }

    /// The same for one case. Its id is told as it was given, for the row to be found again; a secret that
    /// was put in its place is not.
    package convenience init(
        _ invalid: InvalidInput, of caseID: GivenText, _ configuration: Configuration?,
        tag: String? = nil
    ) {
        let redactor = Redactor(configuration?.secrets ?? [])
        self.init(
            CallResult.verdict(invalid), caseID: redactor.clean(CaseID.shown(caseID)), tag: tag)
    }

    private static func verdict(_ invalid: InvalidInput) -> Verdict {
        if let shortage = invalid.shortage {
            return .notSent(Failure.lacking(shortage, invalid.message))
        }
        return Verdict(
            outcome: .invalid, reason: .input, evidence: .none, message: invalid.message,
            isSettled: true)
    }

    /// The result of a call that lacked memory or descriptors to begin with.
    package static var outOfResources: CallResult {
        CallResult(.notSent(Failure.outOfResources))
    }

    /// The result of a call without an operation.
    package init(
        _ verdict: Verdict, caseID text: String = "", tag: String? = nil, additional: Additional = []
    ) {
        self.verdict = verdict
        attempts = []
        caseID = CText(text)
        message = CText(verdict.message)
        environment = nil
        self.tag = tag
        elapsed = 0
        self.additional = additional
        mark = 0
    }

    /// The JSON, written when it is first asked for.
    package var jsonText: UnsafePointer<CChar> { json.text(writeJSON) }
}

extension Verdict {
    /// Of a call that this machine lacked something for, before anything was sent.
    static func notSent(_ failure: Failure) -> Verdict {
        Verdict(
            outcome: .notSent, reason: failure.trouble.reason, evidence: .none,
            message: Explain.notSent(failure.trouble), isRetriable: true)
    }

    fileprivate func mapTexts(_ change: (String) -> String) -> Verdict {
        var changed = self
        changed.message = change(message)
        changed.error = error.map(change)
        changed.snapshot = snapshot?.mapTexts(change)
        return changed
    }
}

extension [Attempt] {
    /// Most have no texts, and are not copied then.
    fileprivate func mapTexts(_ change: (String) -> String) -> [Attempt] {
        var changed = self
        for (index, attempt) in enumerated() where attempt.error != nil || !attempt.requestIDs.isEmpty {
            changed[index].error = attempt.error.map(change)
            changed[index].requestIDs = attempt.requestIDs.map { ($0.name, change($0.value)) }
        }
        return changed
    }
}
