import KCaseDriver
import KCaseJournal
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// A cancel by way of the journal: its intent is durable before the request leaves, and its outcome before
/// the caller has the result.
extension Client {
    func cancelJournaled(_ caseID: CaseID, _ options: CallOptions) -> CallResult {
        let call = begin(caseID, options.operation)
        guard let (result, _) = cancelJournaled(caseID, options, call) else { return .outOfResources }
        return result
    }

    /// The result, and the same before its texts were redacted; nil where memory is lacking.
    func cancelJournaled(
        _ caseID: CaseID, _ options: CallOptions, _ call: Beginning
    ) -> (CallResult, Conclusion)? {
        guard let ledger = call.process.ledger else { return nil }
        switch intend(call, Wish(caseID, options), ledger) {
        case .began(let intent):
            var conclusion = conclude(call, .cancel, options.operation)
            if intent.isTakenOver { conclusion.becomeCautious() }
            let result = CallResult(conclusion, call.operation, configuration, tag: options.tag)
            record(result, intent, ledger)
            return (result, conclusion)
        case .ended(let change):
            var conclusion = Conclusion(
                of: call.operation, call.operation.cancelMachine(options.operation),
                endedBy: .stopped(.interrupt, sent: false), now: Clock.now)
            change(&conclusion)
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
        while true {
            do throws(JournalError) {
                let answers = try ledger.commit([], [wish], until: call.operation.deadline)
                switch answers.grants.first {
                case .granted(let intent): return .began(intent)
                case .occupied(let other): if wish.awaited == nil { wish.awaited = other }
                case .recorded: return .ended { $0.becomeRecorded() }
                case .keyOfOtherCase: return .invalid(.keyOfOtherCase)
                case nil: return .ended { $0.becomeOccupied() }
                }
            } catch {
                let isAwaited = wish.awaited != nil
                return .ended { $0.becomeUnwritten(error, isAwaited: isAwaited) }
            }
            let isInterrupted = call.process.interruptCount != call.interruptCount
            if isInterrupted || Clock.now >= call.operation.deadline { return .ended { $0.becomeOccupied() } }
            Clock.sleep(JournaledBatch.retryInterval)
        }
    }

    private func record(_ result: CallResult, _ intent: Intent, _ ledger: Ledger) {
        guard let finding = result.finding(intent) else {
            ledger.release([intent])
            return result.noteUnfinished()
        }
        do throws(JournalError) {
            let answers = try ledger.commit([finding], [], until: Clock.now + Journal.waitMin)
            if let recording = answers.recordings.first { result.note(recording) }
        } catch {
            result.note(error)
        }
    }
}

extension Wish {
    init(_ caseID: CaseID, _ options: CallOptions) {
        self.init(
            caseID: caseID.text, tag: options.tag, intentKey: options.intentKey,
            usesJournal: options.usesJournal)
    }
}

extension InvalidInput {
    static var keyOfOtherCase: InvalidInput {
        InvalidInput("intent_key: the journal has it for another case")
    }
}
