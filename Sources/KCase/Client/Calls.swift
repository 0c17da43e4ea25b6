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
        if configuration.journal != nil { return cancelJournaled(caseID, options) }
        return run(caseID, options) { conclude($0, $0.operation.cancelMachine(options.operation)) }
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
    }

    private func run(
        _ caseID: CaseID?, _ options: CallOptions, _ conclude: (Beginning) -> Conclusion
    ) -> CallResult {
        let (conclusion, operation) = perform(caseID, options.operation, .id, conclude)
        return CallResult(conclusion, operation, configuration, tag: options.tag)
    }

    @inline(never)
    func run(_ kind: OperationKind, _ caseID: CaseID?, _ options: CallOptions) -> CallResult {
        let (conclusion, operation) = perform(kind, caseID, options.operation, kind.subject)
        return CallResult(conclusion, operation, configuration, tag: options.tag)
    }

    /// An operation of any kind. It has a session only while a request is under way. `interruptCount` is that
    /// of the call that it is a part of, if it is a part.
    func perform(
        _ kind: OperationKind, _ caseID: CaseID?, _ options: OperationOptions,
        _ subject: Operation.Subject = .id, interruptCount: UInt? = nil
    ) -> (Conclusion, Operation) {
        perform(caseID, options, subject, interruptCount: interruptCount) { call in
            BlockingDriver(
                call.operation.machine(kind, options), call.operation, call.process,
                HeldSession(borrowingFrom: call.process.sessions), call.clock,
                interruptCount: call.interruptCount
            ).conclude()
        }
    }

    private func perform(
        _ caseID: CaseID?, _ options: OperationOptions, _ subject: Operation.Subject,
        interruptCount: UInt? = nil, _ conclude: (Beginning) -> Conclusion
    ) -> (Conclusion, Operation) {
        let beginning = begin(caseID, options, subject, interruptCount: interruptCount)
        let conclusion = SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) { conclude(beginning) }
        return (conclusion, beginning.operation)
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

    /// Runs the machine over a session, once there is one.
    func conclude(_ call: Beginning, _ machine: CancelMachine) -> Conclusion {
        let lease = call.process.sessions.acquire(deadline: call.operation.deadline) {
            call.process.interruptCount != call.interruptCount
        }
        switch lease {
        case .session(let session):
            defer { call.process.sessions.release(session) }
            return BlockingDriver.conclude(
                machine, call.operation, call.process, session, call.clock,
                interruptCount: call.interruptCount)
        case .stopped(let stop):
            return Conclusion(
                of: call.operation, machine, endedBy: .stopped(stop, sent: false), now: Clock.now)
        case .outOfResources:
            let trouble = Failure.outOfResources.trouble
            var conclusion = Conclusion(
                of: call.operation, machine, endedBy: .authorizationFailed(trouble, isFinal: true),
                now: Clock.now)
            conclusion.verdict.isRetriable = true
            return conclusion
        }
    }
}
