@testable import KCaseClient
@testable import KCaseDriver
@testable import KCaseProtocol
@testable import KCaseSystem

/// One result, held against what really happened to its case.
struct Judgment {
    let result: CallResult
    let service: SimulatedService
    let subject: SimulatedCase
    /// The requests of this result about the case, and what came of them.
    let exchanges: [SimulatedExchange]
    /// Whether every attempt that it lists was made.
    private let isListedRight: Bool
    /// Whether the case was canceled when the result was there.
    let wasCanceledThen: Bool
    /// When the result was there.
    let at: Instant
    /// Whether the token of the last request, and the credentials, were good then.
    private let areCredentialsGood: Bool
    let wasTokenRevoked: Bool
    let timeout: Milliseconds
    let attemptsMax: Int
    /// Whether the caller wants cases read back.
    let mayRead: Bool

    /// At the moment when the result is there. `number` names it among the results over one transport.
    init(
        _ result: CallResult, _ subject: SimulatedCase, _ transport: SimulatedTransport, number: Int = 0,
        _ options: OperationOptions
    ) {
        self.result = result
        self.subject = subject
        timeout = options.timeout
        attemptsMax = options.retry.attempts
        mayRead = options.confirm != .never
        service = transport.service
        at = service.now
        wasCanceledThen = subject.canceledAt.map { [at] in $0 <= at } ?? false
        let listed = result.attempts.filter {
            $0.sending == .request(.cancel) || $0.sending == .request(.read)
        }
        exchanges = listed.compactMap { transport.claim($0, about: subject, for: number) }
        isListedRight = exchanges.count == listed.count
        areCredentialsGood =
            service.areCredentialsGood && exchanges.last?.token.map(service.accepts) ?? false
        wasTokenRevoked = service.wasTokenRevoked
    }

    /// What is wrong with the result; nil if nothing is. To be asked when all that was in flight has
    /// happened: a claim must hold then, too.
    func complaint() -> String? {
        falseClaim() ?? miscount() ?? overrun() ?? badFlags() ?? secret()
    }

    var verdict: Verdict { result.verdict }

    private var cancelsSent: Int { exchanges.count { $0.isCancel && $0.wasSent } }

    /// Whether a request of this call canceled the case.
    private var byUs: Bool { exchanges.contains { $0 === subject.canceledBy } }

    /// The claims, as the outcomes' documentation words them.
    private func falseClaim() -> String? {
        switch verdict.outcome {
        case .canceled:
            if !wasCanceledThen { return "canceled, but it is not" }
            if cancelsSent == 0 { return "canceled by this call, which sent nothing" }
        case .alreadyCanceled:
            if !wasCanceledThen { return "already canceled, but it is not" }
            if byUs, isKnownByUs { return "already canceled, but this call was told that it did it" }
        case .refused:
            if byUs { return "refused, but this call canceled it" }
            if !exchanges.contains(where: { $0.isCancel && isRefusal($0) }) {
                return "refused, but nobody refused"
            }
            if wasCanceledBeforeReading { return "refused, but it was canceled when it was read" }
        case .notFound:
            if byUs { return "not found, but this call canceled it" }
            let isVisible = subject.exists && subject.isOurs && !wasTokenRevoked
            // Unread by the caller's wish, a 404 is all there is.
            if isVisible, mayRead { return "not found, but it can be read" }
        case .denied:
            if byUs { return "denied, but this call canceled it" }
            if subject.isOurs, areCredentialsGood { return "denied, but the token is good" }
        case .failed:
            if byUs { return "failed, but this call canceled it" }
            if wasCanceledBeforeReading { return "failed, but it was canceled when it was read" }
        case .notSent:
            if cancelsSent > 0 { return "not sent, but it was" }
        case .unknown:
            break
        case .ok, .invalid:
            return "an outcome that canceling cannot have"
        }
        return nil
    }

    /// Whether the service accepted a request of this call in an answer that arrived.
    private var isKnownByUs: Bool {
        exchanges.contains { exchange in
            exchange.isCancel && exchange.end?.error == nil && exchange.end?.answer.isAcceptance ?? false
        }
    }

    private func isRefusal(_ exchange: SimulatedExchange) -> Bool {
        exchange.end?.error == nil && [409, 422].contains(exchange.end?.answer.status ?? 0)
    }

    /// Whether the case was canceled so long before the last reading that this must have shown it: readings
    /// lag by less than `settle_ms`.
    private var wasCanceledBeforeReading: Bool {
        guard case .readBack = verdict.evidence, let canceledAt = subject.canceledAt,
            let read = exchanges.last(where: { $0.isRead && $0.end?.error == nil })
        else { return false }
        return canceledAt + 1000 <= read.begunAt
    }

    private func miscount() -> String? {
        let cancels = result.attempts.filter { $0.sending == .request(.cancel) }
        if !isListedRight { return "a request is listed that was not made" }
        if cancels.count(where: \.sent) != cancelsSent { return "attempts listed and requests sent differ" }
        // One more is allowed for each way of rejecting a token: with a new one.
        if cancels.count > attemptsMax + 2 { return "more attempts than max_attempts" }
        return nil
    }

    private func overrun() -> String? {
        result.elapsed > timeout ? "took \(result.elapsed.count) ms of \(timeout.count)" : nil
    }

    private func badFlags() -> String? {
        switch verdict.outcome {
        case .canceled, .alreadyCanceled, .ok, .invalid:
            verdict.isSettled && !verdict.isRetriable ? nil : "settled, and yet to be tried again"
        case .refused, .notFound:
            verdict.isSettled && verdict.isRetriable ? "settled, and yet to be tried again" : nil
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
