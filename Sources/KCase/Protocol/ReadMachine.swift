import KCaseSystem

/// Reads a case, or a list of cases, or probes the service: the operations that change nothing.
///
///     2xx                       status: ok, if the answer holds the case; not_found, if it holds none
///                               check: ok, if it is JSON in which nothing says otherwise; else as an error
///                               list: ok, if it came whole and every case in it can be read; unknown, if
///                               not; failed (not the service), if it is none of the service's lists
///     401, 403 own              once: a new token, where one can be minted, and again; else denied
///     401, 403 foreign          wait, try again; spent: failed (blocked)
///     404                       status: not_found, if the service itself answers; else failed
///                               check, list: failed (not the service)
///     408, 429, 5xx, no answer  try again; spent: check, list: failed if answered; else unknown, or not_sent
///     3xx, other 4xx            check, list: failed; status: unknown
package struct ReadMachine: Machine {
    package enum Purpose {
        case status
        case check
        case list

        fileprivate var request: Request {
            switch self {
            case .status: .read
            case .check: .probe
            case .list: .list
            }
        }
    }

    private enum State {
        case starting
        case authorizing(then: Request)
        /// The token at hand was rejected with this answer.
        indirect case replacingToken(then: Request, rejected: Answer)
        case asking(Request)
        case waiting(then: Request)
        case finished
    }

    package var isExclusive: Bool { false }

    private let purpose: Purpose
    private var state = State.starting
    private var tries: Tries
    private var wasSent = false
    private var lastAnswer: Answer?
    /// The service's form of a 404, while a probe finds out whether the service answers at all.
    private var missing: Answer?
    private var trouble: Trouble?

    package init(_ plan: Plan, purpose: Purpose) {
        self.purpose = purpose
        tries = Tries(plan)
    }

    package mutating func begin(_ context: Context) -> Action {
        authorize(then: purpose.request)
    }

    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        switch (state, event) {
        case (_, .stopped(let stop, let sent)):
            wasSent = wasSent || sent
            trouble = Explain.stopped(stop, during: trouble)
            return giveUp(isRetriable: true)
        case (.authorizing(let request), .authorized), (.replacingToken(let request, _), .authorized):
            tries.takeAttempt()
            state = .asking(request)
            return .send(request)
        case (.replacingToken(_, let rejected), .tokenKept):
            return denied(rejected)
        case (.authorizing, .authorizationDenied(let answer)),
            (.replacingToken, .authorizationDenied(let answer)):
            return finish(.denied, .credentials, answer)
        case (.authorizing(let request), .authorizationFailed(let cause, let isFinal, let answer)),
            (.replacingToken(let request, _), .authorizationFailed(let cause, let isFinal, let answer)):
            lastAnswer = answer
            let mayTryAgain = tries.takeAuthorization()
            return retry(
                request, cause, atLeast: answer?.retryAfter, isFinal: isFinal, mayTryAgain: mayTryAgain,
                context)
        case (.asking(let request), .answered(let answer)):
            wasSent = true
            lastAnswer = answer
            return judge(answer, request, context)
        case (.asking(let request), .failed(let failure)):
            wasSent = wasSent || failure.sent
            lastAnswer = nil
            return retry(request, failure.trouble, isFinal: failure.isFinal, context)
        case (.waiting(let request), .waited):
            return authorize(then: request)
        default:
            return giveUp(isRetriable: true)
        }
    }

    private mutating func judge(_ answer: Answer, _ request: Request, _ context: Context) -> Action {
        switch answer.status {
        case 200...299:
            switch request {
            case .read: return read(answer, context)
            case .list: return listed(answer, context)
            default: return probed(answer, context)
            }
        case 401 where answer.isOwn, 403 where answer.isOwn:
            return rejected(answer, request)
        case 401, 403:
            let cause = Explain.blocked(answer)
            return retry(request, cause, atLeast: answer.retryAfter, isFinal: false, context)
        case 404 where request == .read && answer.isOwn:
            return probe(after: answer)
        case 404:
            trouble = Explain.notTheService(answer)
            return finish(.failed, .notTheService, answer, isRetriable: true)
        default:
            return retry(
                request, Explain.serverError(answer), atLeast: answer.retryAfter,
                isFinal: !answer.mayPass, context)
        }
    }

    /// The service's own 404 says that there is no such case; so does every wrong address.
    private mutating func probe(after answer: Answer) -> Action {
        missing = answer
        state = .asking(.probe)
        return .send(.probe)
    }

    private mutating func rejected(_ answer: Answer, _ request: Request) -> Action {
        let rejection = Rejection(answer)
        guard tries.takeTokenReplacement(rejection, givingBackAttempt: true) else { return denied(answer) }
        state = .replacingToken(then: request, rejected: answer)
        return .authorize(replacing: rejection)
    }

    private mutating func denied(_ answer: Answer) -> Action {
        finish(.denied, answer.status == 401 ? .unauthorized : .forbidden, answer)
    }

    private mutating func read(_ answer: Answer, _ context: Context) -> Action {
        switch answer.reading {
        case .canceled(let snapshot):
            return found(Explain.canceled, answer, snapshot)
        case .notCanceled(let snapshot):
            return found(Explain.notCanceled, answer, snapshot)
        case .absent:
            return finish(.notFound, nil, answer)
        case .unreadable, .services:
            return retry(.read, Explain.unreadable(answer), isFinal: false, context)
        }
    }

    private mutating func probed(_ answer: Answer, _ context: Context) -> Action {
        guard answer.contradiction == nil else {
            return retry(.probe, Explain.notTheService(answer), isFinal: false, context)
        }
        if let missing { return finish(.notFound, nil, missing) }
        return found(Explain.accepted, answer)
    }

    /// What is wrong with a list of the service's own would be wrong with it again.
    private mutating func listed(_ answer: Answer, _ context: Context) -> Action {
        guard let flaw = answer.contradiction else { return found(Explain.listed, answer) }
        guard answer.isOwn else {
            return retry(.list, Explain.notTheService(answer), isFinal: false, context)
        }
        trouble = Trouble(reason: .unreadable, text: flaw)
        return giveUp(isRetriable: true)
    }

    private mutating func retry(
        _ request: Request, _ cause: Trouble, atLeast retryAfter: Milliseconds? = nil, isFinal: Bool,
        mayTryAgain: Bool = true, _ context: Context
    ) -> Action {
        trouble = cause
        if !isFinal, mayTryAgain, tries.hasAttempts,
            let wait = tries.backoff.next(atLeast: retryAfter, context)
        {
            state = .waiting(then: request)
            return .wait(wait)
        }
        return giveUp(isRetriable: !isFinal)
    }

    private mutating func authorize(then request: Request) -> Action {
        state = .authorizing(then: request)
        return .authorize(replacing: nil)
    }

    private mutating func giveUp(isRetriable: Bool) -> Action {
        let cause = trouble ?? Explain.nothingKnown
        if let lastAnswer {
            let isForeign = cause.reason == .blocked || cause.reason == .notTheService
            if isForeign, wasSent { return finish(.failed, cause.reason, lastAnswer, isRetriable: true) }
            if purpose == .check || purpose == .list && !lastAnswer.isSuccess {
                let reason = isForeign ? cause.reason : Explain.failure(lastAnswer.status)
                return finish(.failed, reason, lastAnswer, isRetriable: isRetriable)
            }
        }
        guard wasSent else {
            return finish(
                Verdict(
                    outcome: .notSent, reason: cause.reason, evidence: .none,
                    status: lastAnswer?.status ?? 0, message: Explain.unreachable(cause),
                    isRetriable: isRetriable))
        }
        return finish(
            Verdict(
                outcome: .unknown, reason: cause.reason, evidence: .none,
                status: lastAnswer?.status ?? 0, message: Explain.unread(cause),
                isRetriable: isRetriable))
    }

    private mutating func found(
        _ message: String, _ answer: Answer, _ snapshot: CaseSnapshot? = nil
    ) -> Action {
        finish(
            Verdict(
                outcome: .ok, evidence: .response, status: answer.status, message: message,
                isSettled: true, snapshot: snapshot))
    }

    private mutating func finish(
        _ outcome: Outcome, _ reason: Reason?, _ answer: Answer, isRetriable: Bool = false
    ) -> Action {
        lastAnswer = answer
        return finish(
            Verdict(
                outcome: outcome, reason: reason, evidence: .response, status: answer.status,
                message: Explain.readingMessage(outcome, reason, answer),
                error: answer.isOwn ? answer.error : nil, isSettled: outcome == .notFound,
                isRetriable: isRetriable))
    }

    private mutating func finish(_ verdict: Verdict) -> Action {
        state = .finished
        var last = verdict
        if last.isRetriable { last.retryAfter = lastAnswer?.retryAfter }
        return .finish(last)
    }
}
