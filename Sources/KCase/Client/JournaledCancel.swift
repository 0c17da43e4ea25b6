import KCaseDriver
import KCaseJournal
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// A cancel by way of the journal: its intent is durable before the request leaves, and its outcome before
/// the caller has the result.
extension Client {
    func cancelJournaled(_ caseID: CaseID, _ options: CallOptions, _ call: Beginning) -> CallResult {
        concludeJournaled(caseID, options, call)?.0 ?? .outOfResources
    }

    /// The result, and the same before its texts were redacted; nil where memory is lacking.
    func concludeJournaled(
        _ caseID: CaseID, _ options: CallOptions, _ call: Beginning
    ) -> (CallResult, Conclusion)? {
        guard let ledger = call.process.ledger, let wish = Wish(caseID, options, call.operation.part) else {
            return nil
        }
        let kind = call.operation.cancelKind
        switch intend(call, wish, ledger) {
        case .began(let intent):
            var conclusion = conclude(call, kind, options.operation)
            if intent.isTakenOver { conclusion.becomeCautious(call.operation.part) }
            let result = CallResult(conclusion, call.operation, configuration, tag: options.tag)
            record(result, intent, ledger, call)
            return (result, conclusion)
        case .ended(let change):
            var conclusion = Conclusion(
                of: call.operation, call.operation.machine(kind, options.operation),
                endedBy: .stopped(.interrupt, sent: false), now: Clock.now)
            change(&conclusion)
            conclusion.claimForEach(call.operation.part)
            let result = CallResult(conclusion, call.operation, configuration, tag: options.tag)
            if conclusion.verdict.evidence == .journal { result.journaling = .written }
            return (result, conclusion)
        case .invalid(let invalid):
            let result = caseID.text.withCString {
                CallResult(invalid, of: GivenText($0), configuration, tag: options.tag)
            }
            return (result, Conclusion(result.verdict, attempts: [], tokens: [], elapsed: 0))
        }
    }

    private enum Intention {
        case began(Intent)
        /// The call is over before it began; the function says how.
        case ended((inout Conclusion) -> Void)
        case invalid(InvalidInput)
    }

    /// Has the intent written, once nobody else is at work on the case.
    private func intend(_ call: Beginning, _ first: Wish, _ ledger: Ledger) -> Intention {
        var wish = first
        let part = call.operation.part
        while true {
            do throws(JournalError) {
                let lockWait = LockWait.forIntent(until: call.operation.deadline) { call.isInterrupted }
                let answers = try ledger.commit([], [wish], lockWait)
                switch answers.grants.first {
                case .granted(let intent): return .began(intent)
                case .occupied(let other): if wish.awaited == nil { wish.awaited = other }
                case .recorded: return .ended { $0.becomeRecorded(part) }
                case .keyOfOtherCase: return .invalid(.keyOfOtherCase)
                case nil: return .ended { $0.becomeOccupied(part) }
                }
            } catch {
                let isAwaited = wish.awaited != nil
                // As a call that is interrupted while it waits for anything else: nothing was sent.
                if call.isInterrupted, !isAwaited { return .ended { _ in } }
                return .ended { $0.becomeUnwritten(error, isAwaited: isAwaited, part) }
            }
            if call.isInterrupted || Clock.now >= call.operation.deadline {
                return .ended { $0.becomeOccupied(part) }
            }
            Clock.sleep(JournaledBatch.retryInterval)
        }
    }

    private func record(_ result: CallResult, _ intent: Intent, _ ledger: Ledger, _ call: Beginning) {
        guard let finding = result.finding(intent) else {
            ledger.release([intent])
            return result.noteUnfinished()
        }
        do throws(JournalError) {
            let answers = try ledger.commit([finding], [], .forOutcome { call.isInterrupted })
            if let recording = answers.recordings.first { result.note(recording) }
        } catch {
            result.note(error)
        }
    }
}

extension Operation {
    /// Of a cancel: of the whole case, or of the part that it is about.
    fileprivate var cancelKind: OperationKind { part.map { .cancelPart($0) } ?? .cancel }
}

extension Wish {
    init(_ caseID: CaseID, _ options: CallOptions, part: String? = nil) {
        self.init(
            caseID: caseID.text, part: part, tag: options.tag, intentKey: options.intentKey,
            usesJournal: options.usesJournal)
    }

    /// nil where memory is lacking.
    fileprivate init?(_ caseID: CaseID, _ options: CallOptions, _ part: CasePart?) {
        guard let part else {
            self.init(caseID, options)
            return
        }
        guard let text = part.journalText else { return nil }
        self.init(caseID, options, part: text)
    }
}

extension InvalidInput {
    static var keyOfOtherCase: InvalidInput {
        InvalidInput("intent_key: the journal has it for another case")
    }
}
