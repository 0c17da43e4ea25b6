import KCaseFurtherMachines
import KCaseDriver
import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// The operations of a client. Each runs on the calling thread and ends with a result.
extension Client {
    package func cancel(_ caseID: CaseID, _ options: CallOptions) -> CallResult {
        if configuration.journal == nil { return run(.cancel, caseID, options) }
        return cancelJournaled(caseID, options, begin(caseID, options.operation))
    }

    package func status(_ caseID: CaseID, _ options: CallOptions) -> CallResult {
        run(.status, caseID, options)
    }

    package func check() -> CallResult {
        run(.check, nil, CallOptions(configuration))
    }

    /// What a call begins with.
    struct Beginning {
        let operation: Operation
        let process: ProcessState
        let clock: ClockReading
        let interruptCount: UInt

        var isInterrupted: Bool { process.interruptCount != interruptCount }
    }

    @inline(never)
    func run(_ kind: OperationKind, _ caseID: CaseID?, _ options: CallOptions) -> CallResult {
        let call = begin(caseID, options.operation, kind.subject)
        let conclusion = conclude(call, kind, options.operation)
        return CallResult(conclusion, call.operation, configuration, tag: options.tag)
    }

    /// An operation of any kind. `interruptCount` is that of the call that it is a part of, if it is a part.
    func perform(
        _ kind: OperationKind, _ caseID: CaseID?, _ options: OperationOptions,
        _ subject: Operation.Subject = .id, interruptCount: UInt? = nil
    ) -> (Conclusion, Operation) {
        let call = begin(caseID, options, subject, interruptCount: interruptCount)
        return (conclude(call, kind, options), call.operation)
    }

    func begin(
        _ caseID: CaseID?, _ options: OperationOptions, _ subject: Operation.Subject = .id,
        interruptCount: UInt? = nil
    ) -> Beginning {
        let process = processState()
        let interruptCount = interruptCount ?? process.interruptCount
        let clock = Clock.read()
        return Beginning(
            operation: Operation(configuration.account, caseID, options, now: clock.now, subject),
            process: process, clock: clock, interruptCount: interruptCount)
    }

    /// Runs it. It has a session only while a request is under way.
    func conclude(_ call: Beginning, _ kind: OperationKind, _ options: OperationOptions) -> Conclusion {
        SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) {
            BlockingDriver.conclude(
                call.operation.machine(kind, options), call.operation, call.process, call.clock,
                interruptCount: call.interruptCount)
        }
    }
}
