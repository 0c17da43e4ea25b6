/// The operations of a client. Each runs on the calling thread and ends with a result.
extension Client {
    func cancel(_ caseID: CaseID, _ options: CallOptions) -> CallResult {
        run(caseID, options) { deadline, canMintToken in
            CancelMachine(
                policy: options.retry, deadline: deadline, confirm: options.confirm,
                canMintToken: canMintToken)
        }
    }

    func status(_ caseID: CaseID, _ options: CallOptions) -> CallResult {
        run(caseID, options) { deadline, canMintToken in
            ReadMachine(
                purpose: .status, policy: options.retry, deadline: deadline, canMintToken: canMintToken)
        }
    }

    func check() -> CallResult {
        let options = CallOptions(configuration)
        return run(nil, options) { deadline, canMintToken in
            ReadMachine(
                purpose: .check, policy: options.retry, deadline: deadline, canMintToken: canMintToken)
        }
    }

    private func run<Operating: Machine>(
        _ caseID: CaseID?, _ options: CallOptions,
        _ machine: (_ deadline: Milliseconds, _ canMintToken: Bool) -> Operating
    ) -> CallResult {
        let process = processState()
        let interruptCount = process.interruptCount
        let moment = Clock.moment()
        let operation = Operation(configuration, caseID, options, now: moment.now)
        let machine = machine(operation.deadline, configuration.credentials.canMint)
        let conclusion = SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) {
            conclude(machine, operation, process, moment, interruptCount)
        }
        return CallResult(conclusion, operation, tag: options.tag)
    }

    /// Runs the machine over a session, once there is one.
    private func conclude<Operating: Machine>(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ moment: Moment,
        _ interruptCount: UInt
    ) -> Conclusion {
        let lease = process.sessions.acquire(deadline: operation.deadline) {
            process.interruptCount != interruptCount
        }
        switch lease {
        case .session(let session):
            defer { process.sessions.release(session) }
            return Engine(machine, operation, process, session, moment, interruptCount: interruptCount)
                .conclude()
        case .stopped(let stop):
            return Conclusion(machine, .stopped(stop, sent: false), operation, now: Clock.now)
        case .outOfResources:
            let trouble = Failure.outOfResources.trouble
            return Conclusion(
                machine, .authorizationFailed(trouble, isFinal: true), operation, now: Clock.now)
        }
    }
}
