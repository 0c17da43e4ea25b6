import KCaseDriver
import KCaseFurtherMachines
import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Calls that are left before they are over, for hosts that look after something else every now and then.
extension Client {
    package enum Taking {
        case result(CallResult)
        /// In this batch of one the call goes on.
        case rest(Batch)
    }

    /// Works on an operation, which is an await if it has no other kind, for so many milliseconds at most;
    /// without limit, if negative.
    package func take(
        _ kind: OperationKind?, _ caseID: GivenText, _ options: GivenText, timeout: Int32
    ) -> Taking {
        if case .cancel = kind, let taking = cancel(caseID, options, timeout: timeout) { return taking }
        let batch = Batch.one(self, processState())
        _ = batch.add(kind, caseID, options)
        if let result = batch.next(timeout: timeout) { return .result(result) }
        return .rest(batch)
    }

    /// A cancel that most likely ends within that time: nothing is made that only a batch needs. nil where
    /// it needs one from the start, or has no session at once, or its input is wrong.
    private func cancel(_ caseID: GivenText, _ options: GivenText, timeout: Int32) -> Taking? {
        guard configuration.journal == nil, let caseID = try? CaseID(caseID),
            let options = try? CallOptions(options, configuration)
        else { return nil }
        let call = begin(caseID, options.operation)
        let transport = HeldSession(borrowingFrom: call.process.sessions)
        guard transport.prepare() else { return nil }
        let end = Clock.deadline(after: timeout, from: call.clock.now)
        var rest: OperationUnderWay?
        let conclusion = SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) {
            BlockingDriver.work(
                call.operation.machine(.cancel, options.operation), call.operation, call.process,
                transport, call.clock, interruptCount: call.interruptCount, until: end, rest: &rest)
        }
        if let rest {
            return .rest(
                Batch(self, call.process, rest, tag: options.tag, interruptMark: call.interruptCount))
        }
        return conclusion.map {
            .result(CallResult($0, call.operation, configuration, tag: options.tag))
        }
    }
}
