@testable import KCaseClient
@testable import KCaseFurtherMachines
@testable import KCaseDriver
@testable import KCaseProtocol
@testable import KCaseSystem

/// A result about services of a case, each claim held against what really happened.
struct PartJudgment {
    let result: CallResult
    private let subject: SimulatedCase
    private let exchanges: [SimulatedExchange]
    /// Which were canceled when the result was there.
    private let wereCanceled: [Bool]
    private let areCredentialsGood: Bool
    private let wasTokenRevoked: Bool
    private let timeout: Milliseconds
    private let attemptsMax: Int

    init(
        _ result: CallResult, _ subject: SimulatedCase, _ transport: SimulatedTransport,
        _ options: OperationOptions
    ) {
        self.result = result
        self.subject = subject
        let service = transport.service
        exchanges = transport.exchanges.filter { $0.path.contains(subject.id) }
        wereCanceled = subject.parts.map { $0.isCanceled(at: service.now) }
        areCredentialsGood =
            service.areCredentialsGood && exchanges.last?.token.map(service.accepts) ?? false
        wasTokenRevoked = service.wasTokenRevoked
        timeout = options.timeout
        attemptsMax = options.retry.attempts
    }

    private var verdict: Verdict { result.verdict }

    /// To be asked when all that was in flight has happened.
    func complaint() -> String? {
        guard verdict.servicesList.count == subject.parts.count else { return "a service has no claim" }
        for (place, claim) in verdict.servicesList.enumerated() {
            if let complaint = falseClaim(claim, place) { return "\(subject.parts[place].id): \(complaint)" }
        }
        return wrongOutcome() ?? miscount() ?? secret()
    }

    private func falseClaim(_ claim: ServiceClaim, _ place: Int) -> String? {
        let part = subject.parts[place]
        let requests = exchanges.filter { $0.isCancel && $0.wasSent && $0.names(part) }
        let byUs = requests.contains { $0 === part.canceledBy }
        switch claim.outcome {
        case .canceled:
            if !wereCanceled[place] { return "canceled, but it is not" }
            if requests.isEmpty { return "canceled by this call, which sent nothing" }
        case .alreadyCanceled:
            if !wereCanceled[place] { return "already canceled, but it is not" }
            let wasTold = requests.contains {
                $0 === part.canceledBy && $0.end?.error == nil && $0.end?.answer.isAcceptance ?? false
            }
            if wasTold { return "already canceled, but this call was told that it did it" }
        case .refused:
            if byUs { return "refused, but this call canceled it" }
            if !requests.contains(where: isRefusal) { return "refused, but nobody refused" }
            if wasCanceledBeforeReading(part, claim) { return "refused, but it was read as canceled" }
        case .notFound:
            if byUs { return "not found, but this call canceled it" }
            if subject.exists, subject.isOurs, !wasTokenRevoked { return "not found, but it is there" }
        case .denied:
            if byUs { return "denied, but this call canceled it" }
            if subject.isOurs, areCredentialsGood { return "denied, but the token is good" }
        case .failed:
            if byUs { return "failed, but this call canceled it" }
            if wasCanceledBeforeReading(part, claim) { return "failed, but it was read as canceled" }
        case .notSent:
            if !requests.isEmpty { return "not sent, but it was" }
        case .unknown:
            break
        case .ok, .invalid:
            return "an outcome that canceling cannot have"
        }
        return nil
    }

    private func isRefusal(_ exchange: SimulatedExchange) -> Bool {
        exchange.end?.error == nil && [409, 422].contains(exchange.end?.answer.status ?? 0)
    }

    /// Whether it was canceled so long before the last reading that this must have shown it.
    private func wasCanceledBeforeReading(_ part: SimulatedPart, _ claim: ServiceClaim) -> Bool {
        guard case .readBack = claim.evidence, let canceledAt = part.canceledAt,
            let read = exchanges.last(where: { $0.isRead && $0.end?.error == nil })
        else { return false }
        return canceledAt + 1000 <= read.begunAt
    }

    /// The outcome of the whole is the least certain one, and settled only if all are.
    private func wrongOutcome() -> String? {
        let order: [Outcome] = [
            .unknown, .failed, .denied, .notFound, .notSent, .refused, .canceled, .alreadyCanceled,
        ]
        let outcomes = verdict.servicesList.map(\.outcome)
        if verdict.outcome != order.first(where: outcomes.contains) { return "not the least certain outcome" }
        switch verdict.outcome {
        case .canceled, .alreadyCanceled: return verdict.isRetriable ? "canceled, and to be tried again" : nil
        case .notFound: return nil
        default: return verdict.isSettled ? "settled, and it is not" : nil
        }
    }

    private func miscount() -> String? {
        let cancels = exchanges.filter { $0.isCancel }
        if cancels.count > attemptsMax + 2 { return "more attempts than max_attempts" }
        if result.attempts.count(where: { $0.sent && isCancel($0) }) != cancels.count(where: \.wasSent) {
            return "attempts listed and requests sent differ"
        }
        return result.elapsed > timeout ? "took \(result.elapsed.count) ms of \(timeout.count)" : nil
    }

    private func isCancel(_ attempt: Attempt) -> Bool {
        if case .request(.cancelServices) = attempt.sending { true } else { false }
    }

    private func secret() -> String? {
        let text = String(cString: result.jsonText) + String(cString: result.message.pointer)
        return text.contains("secret") ? "a secret is in the result" : nil
    }
}

extension Verdict {
    var servicesList: [ServiceClaim] { services?.list ?? [] }
}
