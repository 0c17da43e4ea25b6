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
        let process = currentProcess()
        let interruptCount = process.interruptCount
        let operation = Operation(configuration, caseID, options, now: Clock.now)
        let machine = machine(operation.deadline, configuration.credentials.canMint)
        let guarded = SignalGuard(isNeeded: configuration.mayRaiseSIGPIPE)
        let lease = process.sessions.acquire(deadline: operation.deadline) {
            process.interruptCount != interruptCount
        }
        let conclusion: Conclusion
        switch lease {
        case .session(let session, let place):
            conclusion = Engine(
                machine, operation, process, session, interruptCount: interruptCount
            ).run()
            process.sessions.release(place)
        case .stopped(let stop):
            conclusion = Conclusion(machine, .stopped(stop, sent: false), operation)
        case .outOfResources:
            conclusion = Conclusion(
                machine, .authorizationFailed(Failure.outOfResources.trouble, isFinal: true), operation)
        }
        _ = consume guarded
        return CallResult(conclusion, operation, tag: options.tag)
    }
}
