import KCaseSystem

/// Reads a case, or probes the service: the operations that change nothing.
///
///     2xx                     ok (status: if the answer holds the case; not_found if it holds none)
///     401                     once: a new token, where one can be minted, and again; else denied
///     403                     denied
///     404                     status: not_found; check: failed
///     408, 429, 5xx, no answer   try again; spent: check: failed if answered; else unknown, or not_sent
///     3xx, other 4xx          check: failed; status: unknown
package struct ReadMachine: Machine {
    package enum Purpose {
        case status
        case check
    }

    private enum State {
        case starting
        case authorizing
        case asking
        case waiting
        case finished
    }

    private let purpose: Purpose
    private var state = State.starting
    private var tries: Tries
    private var wasSent = false
    private var lastAnswer: Answer?
    private var trouble: Trouble?

    package init(_ plan: Plan, purpose: Purpose) {
        self.purpose = purpose
        tries = Tries(plan)
    }

    package mutating func begin(_ context: Context) -> Action { authorize() }

    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        switch (state, event) {
        case (_, .stopped(let stop, let sent)):
            wasSent = wasSent || sent
            trouble = Explain.stopped(stop, during: trouble)
            return giveUp(isRetriable: true)
        case (.authorizing, .authorized):
            tries.takeAttempt()
            state = .asking
            return .send(purpose == .status ? .read : .probe)
        case (.authorizing, .authorizationDenied(let answer)):
            return finish(.denied, .credentials, answer)
        case (.authorizing, .authorizationFailed(let cause, let isFinal, let answer)):
            lastAnswer = answer
            let mayTryAgain = tries.takeAuthorization()
            return retry(cause, isFinal: isFinal, mayTryAgain: mayTryAgain, context)
        case (.asking, .answered(let answer)):
            wasSent = true
            lastAnswer = answer
            return judge(answer, context)
        case (.asking, .failed(let failure)):
            wasSent = wasSent || failure.sent
            lastAnswer = nil
            return retry(failure.trouble, isFinal: failure.isFinal, context)
        case (.waiting, .waited):
            return authorize()
        default:
            return giveUp(isRetriable: true)
        }
    }

    private mutating func judge(_ answer: Answer, _ context: Context) -> Action {
        switch answer.status {
        case 200...299:
            return purpose == .status ? read(answer, context) : found(Explain.accepted, answer)
        case 401:
            if tries.takeTokenReplacement(givingBackAttempt: true) {
                return authorize(replacingRejected: true)
            }
            return finish(.denied, .unauthorized, answer)
        case 403:
            return finish(.denied, .forbidden, answer)
        case 404 where purpose == .status:
            return finish(.notFound, nil, answer)
        case 408, 429, 500...599:
            return retry(Explain.serverError(answer), atLeast: answer.retryAfter, isFinal: false, context)
        default:
            return retry(Explain.serverError(answer), isFinal: true, context)
        }
    }

    private mutating func read(_ answer: Answer, _ context: Context) -> Action {
        switch answer.reading {
        case .canceled(let snapshot):
            return found(Explain.canceled, answer, snapshot)
        case .notCanceled(let snapshot):
            return found(Explain.notCanceled, answer, snapshot)
        case .absent:
            return finish(.notFound, nil, answer)
        case .unreadable:
            return retry(Explain.unreadable(answer), isFinal: false, context)
        }
    }

    private mutating func retry(
        _ cause: Trouble, atLeast retryAfter: Milliseconds? = nil, isFinal: Bool, mayTryAgain: Bool = true,
        _ context: Context
    ) -> Action {
        trouble = cause
        if !isFinal, mayTryAgain, tries.hasAttempts,
            let wait = tries.backoff.next(atLeast: retryAfter, context)
        {
            state = .waiting
            return .wait(wait)
        }
        return giveUp(isRetriable: !isFinal)
    }

    private mutating func authorize(replacingRejected: Bool = false) -> Action {
        state = .authorizing
        return .authorize(replacingRejected: replacingRejected)
    }

    private mutating func giveUp(isRetriable: Bool) -> Action {
        let cause = trouble ?? Explain.nothingKnown
        if purpose == .check, let lastAnswer {
            return finish(
                .failed, Explain.failure(lastAnswer.status), lastAnswer, isRetriable: isRetriable)
        }
        state = .finished
        guard wasSent else {
            return .finish(
                Verdict(
                    outcome: .notSent, reason: cause.reason, evidence: .none,
                    status: lastAnswer?.status ?? 0, message: Explain.unreachable(cause),
                    isRetriable: isRetriable))
        }
        return .finish(
            Verdict(
                outcome: .unknown, reason: cause.reason, evidence: .none,
                status: lastAnswer?.status ?? 0, message: Explain.unread(cause),
                isRetriable: isRetriable))
    }

    private mutating func found(
        _ message: String, _ answer: Answer, _ snapshot: CaseSnapshot? = nil
    ) -> Action {
        state = .finished
        return .finish(
            Verdict(
                outcome: .ok, evidence: .response, status: answer.status, message: message,
                snapshot: snapshot))
    }

    private mutating func finish(
        _ outcome: Outcome, _ reason: Reason?, _ answer: Answer, isRetriable: Bool = false
    ) -> Action {
        state = .finished
        return .finish(
            Verdict(
                outcome: outcome, reason: reason, evidence: .response, status: answer.status,
                message: answer.message ?? Explain.reading(outcome, reason), error: answer.error,
                isRetriable: isRetriable))
    }
}
