import KCaseDriver
import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// The operations of a client. Each runs on the calling thread and ends with a result.
extension Client {
    package func cancel(_ caseID: CaseID, _ options: CallOptions) -> CallResult {
        run(caseID, options) { $0.cancelMachine(options.operation) }
    }

    package func status(_ caseID: CaseID, _ options: CallOptions) -> CallResult {
        run(caseID, options) { $0.machine(.status, options.operation) }
    }

    package func check() -> CallResult {
        let options = CallOptions(configuration)
        return run(nil, options) { $0.machine(.check, options.operation) }
    }

    private func run<Operating: Machine>(
        _ caseID: CaseID?, _ options: CallOptions, _ makeMachine: (Operation) -> Operating
    ) -> CallResult {
        let process = processState()
        let interruptCount = process.interruptCount
        let clock = Clock.read()
        let operation = Operation(configuration.account, caseID, options.operation, now: clock.now)
        let machine = makeMachine(operation)
        let conclusion = SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) {
            conclude(machine, operation, process, clock, interruptCount)
        }
        return CallResult(conclusion, operation, configuration, tag: options.tag)
    }

    /// Runs the machine over a session, once there is one.
    private func conclude<Operating: Machine>(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ clock: ClockReading,
        _ interruptCount: UInt
    ) -> Conclusion {
        let lease = process.sessions.acquire(deadline: operation.deadline) {
            process.interruptCount != interruptCount
        }
        switch lease {
        case .session(let session):
            defer { process.sessions.release(session) }
            return BlockingDriver(
                machine, operation, process, session, clock, interruptCount: interruptCount
            ).conclude()
        case .stopped(let stop):
            return Conclusion(
                of: operation, machine, endedBy: .stopped(stop, sent: false), now: Clock.now)
        case .outOfResources:
            let trouble = Failure.outOfResources.trouble
            var conclusion = Conclusion(
                of: operation, machine, endedBy: .authorizationFailed(trouble, isFinal: true),
                now: Clock.now)
            conclusion.verdict.isRetriable = true
            return conclusion
        }
    }
}
