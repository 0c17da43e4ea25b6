@testable import KCase

extension History {
    /// What is wrong with the result, held against the truth; nil if nothing is.
    func complaint() -> String? {
        let claimedAt = service.now
        let wasCanceledThen = service.canceledAt.map { $0 <= claimedAt } ?? false
        // What is still under way happens now: a claim must hold then, too.
        service.settle()
        return falseClaim(wasCanceledThen) ?? miscount() ?? overrun() ?? badFlags() ?? secret()
    }

    private var verdict: Verdict { result.verdict }

    /// The claims, as the outcomes' documentation words them.
    private func falseClaim(_ wasCanceledThen: Bool) -> String? {
        let byUs = service.wasCanceledByUs
        switch verdict.outcome {
        case .canceled:
            if !wasCanceledThen { return "canceled, but it is not" }
            if wire.cancelsSent == 0 { return "canceled by this call, which sent nothing" }
        case .alreadyCanceled:
            if !wasCanceledThen { return "already canceled, but it is not" }
            if byUs { return "already canceled, but it was this call that did it" }
        case .refused:
            if byUs { return "refused, but this call canceled it" }
            if wasReadAsCanceled { return "refused, but it was canceled when it was read" }
        case .notFound:
            if byUs { return "not found, but this call canceled it" }
            let isVisible = service.exists && service.isOurs && !service.wasTokenRevoked
            if isVisible, case .readBack = verdict.evidence { return "not found, but it can be read" }
        case .denied:
            if byUs { return "denied, but this call canceled it" }
            let lastToken = wire.exchanges.last?.token
            if service.isOurs, service.areCredentialsGood, lastToken.map(service.accepts) ?? false {
                return "denied, but the token is good"
            }
        case .failed:
            if byUs { return "failed, but this call canceled it" }
            if wasReadAsCanceled { return "failed, but it was canceled when it was read" }
        case .notSent:
            if wire.cancelsSent > 0 { return "not sent, but it was" }
        case .unknown:
            break
        case .ok, .invalid:
            return "an outcome that canceling cannot have"
        }
        return nil
    }

    /// Whether the last reading must have shown that the case is canceled, had it been the truth of its moment.
    private var wasReadAsCanceled: Bool {
        guard case .readBack = verdict.evidence, let shown = wire.lastShown, let at = service.canceledAt
        else {
            return false
        }
        return at <= shown
    }

    private func miscount() -> String? {
        let cancels = attempts.filter { $0.sending == .request(.cancel) }
        if cancels.count(where: \.sent) != wire.cancelsSent {
            return "attempts listed and requests sent differ"
        }
        if service.cancelsArrived > wire.cancelsSent { return "more arrived than was sent" }
        // One more is allowed: with a new token, after the old one was rejected.
        if cancels.count > attemptsMax + 1 { return "more attempts than max_attempts" }
        if attempts.count != wire.exchanges.count { return "a request is not listed" }
        return nil
    }

    private func overrun() -> String? {
        elapsed > timeout ? "took \(elapsed) ms of \(timeout)" : nil
    }

    private func badFlags() -> String? {
        switch verdict.outcome {
        case .canceled, .alreadyCanceled, .refused, .notFound, .ok, .invalid:
            verdict.outcome.isSettled && !verdict.isRetriable ? nil : "settled, and yet to be tried again"
        case .denied:
            verdict.outcome.isSettled || verdict.isRetriable ? "denied is neither settled nor retriable" : nil
        case .unknown:
            !verdict.outcome.isSettled && verdict.isRetriable ? nil : "open, and not to be tried again"
        case .failed, .notSent:
            // Some causes will not pass by themselves.
            verdict.outcome.isSettled ? "the matter is not closed" : nil
        }
    }

    private func secret() -> String? {
        let text = String(cString: result.jsonText) + String(cString: result.message.pointer)
        return text.contains("secret") ? "a secret is in the result" : nil
    }
}
