import KCaseDriver
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Finds cases by what the host knows of them, and cancels them: the one that is meant, or as many as are
/// expected.
extension Client {
    package func cancelFound(
        _ find: FindOptions, _ options: CallOptions
    ) throws(InvalidInput) -> CallResult {
        if find.expected != nil, options.intentKey != nil {
            throw InvalidInput("intent_key: is one wish's, and does not go together with all")
        }
        let began = Clock.now
        let interruptCount = processState().interruptCount
        let matches = Matches()
        let list = CaseList(find.query, begin: { matches.begin($0) }, handOut: { matches.add($0) })
        var (search, operation) = perform(.list, nil, options.operation, .list(list))
        let found = list.found - matches.repeated
        var cases: CallResult.Additional? = []
        var journaling = Journaling.none
        switch search.verdict.outcome {
        case .ok where found == 0:
            search.verdict = .noneFound(search.verdict)
        case .ok where found != find.expected ?? 1:
            search.verdict = .ambiguous(search.verdict, found: found, expected: find.expected)
            cases = matches.members(configuration.secrets)
        case .ok:
            var tried: [TriedCase] = []
            for listed in matches.cases {
                var rest = options
                rest.operation.timeout = max(began + options.operation.timeout - Clock.now, 1)
                let (conclusion, one) = cancel(
                    listed, find.query.filter, rest, interruptCount, &journaling)
                tried.append(TriedCase(listed, conclusion.verdict))
                search.add(conclusion)
                // The result of one case is that case's.
                if find.expected == nil, let one { operation = one }
            }
            search.verdict = .summary(tried)
            cases = TriedCase.members(tried, Redactor(configuration.secrets + search.tokens))
        default:
            search.verdict = search.verdict.withoutCancel
        }
        search.elapsed = Clock.now - began
        if cases == nil {
            guard search.attempts.contains(where: { $0.sending == .request(.cancel) }) else {
                return .outOfResources
            }
            // Which cases were canceled cannot be told.
            search.verdict = Verdict(
                outcome: .unknown, reason: .outOfMemory, evidence: .none,
                message: "The cases may or may not be canceled: " + Shortage.memory.text + ".",
                isRetriable: true)
        }
        let result = CallResult(
            search, operation, configuration, tag: options.tag, additional: cases ?? [])
        result.journaling = journaling
        return result
    }

    /// Reads the case once more, to see that it still is the one that was meant, and cancels it. Each reading
    /// looks at what it was found by.
    private func cancel(
        _ listed: ListedCase, _ filter: CaseFilter, _ options: CallOptions, _ interruptCount: UInt,
        _ journaling: inout Journaling
    ) -> (Conclusion, Operation?) {
        guard let caseID = CaseID(listed) else {
            return (Conclusion(.unfit, attempts: [], tokens: [], elapsed: 0), nil)
        }
        var (reading, operation) = perform(
            .status, caseID, options.operation, .found(filter), interruptCount: interruptCount)
        guard reading.verdict.outcome == .ok, let snapshot = reading.verdict.snapshot else {
            reading.verdict = reading.verdict.withoutCancel
            return (reading, operation)
        }
        if snapshot.isCanceled {
            reading.verdict = .canceledBefore(reading.verdict)
            return (reading, operation)
        }
        var rest = options
        rest.operation.timeout = max(operation.deadline - Clock.now, 1)
        let (conclusion, cancel) = cancel(caseID, filter, rest, interruptCount, &journaling)
        reading.add(conclusion)
        reading.verdict = conclusion.verdict
        return (reading, cancel)
    }

    /// By way of the journal, if there is one.
    private func cancel(
        _ caseID: CaseID, _ filter: CaseFilter, _ options: CallOptions, _ interruptCount: UInt,
        _ journaling: inout Journaling
    ) -> (Conclusion, Operation) {
        guard configuration.journal != nil else {
            return perform(
                .cancel, caseID, options.operation, .found(filter), interruptCount: interruptCount)
        }
        let call = begin(caseID, options.operation, .found(filter), interruptCount: interruptCount)
        guard let (result, conclusion) = concludeJournaled(caseID, options, call) else {
            let verdict = Verdict.notSent(Failure.outOfResources)
            return (Conclusion(verdict, attempts: [], tokens: [], elapsed: 0), call.operation)
        }
        journaling.add(result.journaling)
        return (conclusion, call.operation)
    }
}

extension Journaling {
    /// Of several cases, what could not be written counts.
    fileprivate mutating func add(_ other: Journaling) {
        switch (self, other) {
        case (.failed, _), (_, .none): break
        default: self = other
        }
    }
}

extension Conclusion {
    /// What one more operation did.
    fileprivate mutating func add(_ other: Conclusion) {
        attempts += other.attempts
        tokens += other.tokens
    }
}

extension CaseID {
    /// nil if the service's id cannot be part of an address.
    fileprivate init?(_ listed: ListedCase) {
        let text = CText(listed.id)
        guard let id = try? CaseID(GivenText(text.pointer)) else { return nil }
        self = id
    }
}

/// The cases that a list has by what the host knows.
private final class Matches {
    private(set) var cases: [ListedCase] = []
    /// How often one was found again.
    private(set) var repeated: Int64 = 0
    private var token: Secret?

    func begin(_ token: Secret) {
        cases = []
        repeated = 0
        self.token = token
    }

    func add(_ listed: ListedCase) {
        if cases.contains(where: { ASCII.equalIgnoringCase($0.id.utf8, listed.id.utf8) }) {
            repeated += 1
        } else {
            cases.append(listed)
        }
    }

    /// nil where memory is lacking.
    func members(_ secrets: [Secret]) -> CallResult.Additional? {
        let found = FoundCases(hiding: secrets)
        if let token { found.begin(token) }
        for listed in cases { found.add(listed) }
        return found.takeCases()
    }
}
