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
        let call = begin(caseID, options.operation)
        let conclusion = conclude(call, options.operation)
        return CallResult(conclusion, call.operation, configuration, tag: options.tag)
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
        let call = begin(caseID, options, subject, interruptCount: interruptCount)
        let conclusion = SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) {
            BlockingDriver(
                call.operation.machine(kind, options), call.operation, call.process,
                HeldSession(borrowingFrom: call.process.sessions), call.clock,
                interruptCount: call.interruptCount
            ).conclude()
        }
        return (conclusion, call.operation)
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

    /// Runs a cancel over a session, once there is one.
    @_optimize(speed)
    func conclude(_ call: Beginning, _ options: OperationOptions) -> Conclusion {
        SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) {
            let process = call.process
            let interruptCount = call.interruptCount
            let lease = process.sessions.acquire(deadline: call.operation.deadline) {
                process.interruptCount != interruptCount
            }
            switch lease {
            case .session(let session):
                defer { process.sessions.release(session) }
                return BlockingDriver.conclude(
                    call.operation.cancelMachine(options), call.operation, process, session, call.clock,
                    interruptCount: interruptCount)
            case .stopped(let stop):
                return call.conclusion(options, .stopped(stop, sent: false))
            case .outOfResources:
                let trouble = Failure.outOfResources.trouble
                var conclusion = call.conclusion(options, .authorizationFailed(trouble, isFinal: true))
                conclusion.verdict.isRetriable = true
                return conclusion
            }
        }
    }
}

extension Client.Beginning {
    /// Of a cancel that never got a session.
    func conclusion(_ options: OperationOptions, _ event: Event) -> Conclusion {
        Conclusion(of: operation, operation.cancelMachine(options), endedBy: event, now: Clock.now)
    }
}
