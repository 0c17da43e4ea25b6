@testable import KCaseClient
@testable import KCaseProtocol
@testable import KCaseSystem

/// One result, held against what really happened to its case.
struct Judgment {
    let result: CallResult
    let service: SimulatedService
    let subject: SimulatedCase
    /// The requests about the case, and what came of them.
    let exchanges: [SimulatedExchange]
    /// Whether the case was canceled when the result was there.
    let wasCanceledThen: Bool
    let timeout: Milliseconds
    let attemptsMax: Int

    /// At the moment when the result is there.
    init(
        _ result: CallResult, _ subject: SimulatedCase, _ transport: SimulatedTransport,
        timeout: Milliseconds,
        attemptsMax: Int
    ) {
        self.result = result
        self.subject = subject
        self.timeout = timeout
        self.attemptsMax = attemptsMax
        service = transport.service
        exchanges = transport.exchanges(about: subject)
        let now = service.now
        wasCanceledThen = subject.canceledAt.map { $0 <= now } ?? false
    }

    /// What is wrong with the result; nil if nothing is. To be asked when all that was under way has
    /// happened: a claim must hold then, too.
    func complaint() -> String? {
        falseClaim() ?? miscount() ?? overrun() ?? badFlags() ?? secret()
    }

    private var verdict: Verdict { result.verdict }

    private var cancelsSent: Int { exchanges.count { $0.isCancel && $0.wasSent } }

    /// The claims, as the outcomes' documentation words them.
    private func falseClaim() -> String? {
        let byUs = subject.wasCanceledByUs
        switch verdict.outcome {
        case .canceled:
            if !wasCanceledThen { return "canceled, but it is not" }
            if cancelsSent == 0 { return "canceled by this call, which sent nothing" }
        case .alreadyCanceled:
            if !wasCanceledThen { return "already canceled, but it is not" }
            if byUs { return "already canceled, but it was this call that did it" }
        case .refused:
            if byUs { return "refused, but this call canceled it" }
            if wasReadAsCanceled { return "refused, but it was canceled when it was read" }
        case .notFound:
            if byUs { return "not found, but this call canceled it" }
            let isVisible = subject.exists && subject.isOurs && !service.wasTokenRevoked
            if isVisible, case .readBack = verdict.evidence { return "not found, but it can be read" }
        case .denied:
            if byUs { return "denied, but this call canceled it" }
            let lastToken = exchanges.last?.token
            if subject.isOurs, service.areCredentialsGood, lastToken.map(service.accepts) ?? false {
                return "denied, but the token is good"
            }
        case .failed:
            if byUs { return "failed, but this call canceled it" }
            if wasReadAsCanceled { return "failed, but it was canceled when it was read" }
        case .notSent:
            if cancelsSent > 0 { return "not sent, but it was" }
        case .unknown:
            break
        case .ok, .invalid:
            return "an outcome that canceling cannot have"
        }
        return nil
    }

    /// Whether the last reading must have shown that the case is canceled, had it been the truth of its
    /// moment.
    private var wasReadAsCanceled: Bool {
        let lastRead = exchanges.last { $0.isRead && $0.end?.error == nil }
        guard case .readBack = verdict.evidence, let shown = lastRead?.end?.answer.shows,
            let at = subject.canceledAt
        else { return false }
        return at <= shown
    }

    private func miscount() -> String? {
        let cancels = result.attempts.filter { $0.sending == .request(.cancel) }
        if cancels.count(where: \.sent) != cancelsSent { return "attempts listed and requests sent differ" }
        if subject.cancelsArrived > cancelsSent { return "more arrived than was sent" }
        // One more is allowed: with a new token, after the old one was rejected.
        if cancels.count > attemptsMax + 1 { return "more attempts than max_attempts" }
        if result.attempts.count(where: { $0.sending != .mint }) != exchanges.count {
            return "a request is not listed"
        }
        return nil
    }

    private func overrun() -> String? {
        result.elapsed > timeout ? "took \(result.elapsed.count) ms of \(timeout.count)" : nil
    }

    private func badFlags() -> String? {
        switch verdict.outcome {
        case .canceled, .alreadyCanceled, .refused, .notFound, .ok, .invalid:
            verdict.isSettled && !verdict.isRetriable ? nil : "settled, and yet to be tried again"
        case .denied:
            verdict.isSettled || verdict.isRetriable ? "denied is neither settled nor retriable" : nil
        case .unknown:
            !verdict.isSettled && verdict.isRetriable ? nil : "open, and not to be tried again"
        case .failed, .notSent:
            // Some causes will not pass by themselves.
            verdict.isSettled ? "the matter is not closed" : nil
        }
    }

    private func secret() -> String? {
        let text = String(cString: result.jsonText) + String(cString: result.message.pointer)
        return text.contains("secret") ? "a secret is in the result" : nil
    }
}
