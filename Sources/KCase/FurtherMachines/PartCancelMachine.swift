import KCaseProtocol
import KCaseSystem

/// Cancels parts of a case: some of its services, or one search. What the answers mean, when to read and when
/// to send again is CancelMachine's, which this one runs; here is only what differs:
///
///     services   Read first: what is canceled already is left out of the request. After it each reading
///                shows every service by itself, and each has a claim of its own. All of them canceled
///                counts as the case canceled, any that is not as not; one that is not shown at all leaves
///                a doubt.
///     a search   cannot be read: its answers alone must do (`confirm: never`).
///
/// Whether the service cancels all of a list or some of it is not documented, and no claim rests on either:
/// an acceptance or a refusal of several is read back for each, and where that does not settle it, it is
/// unknown.
package struct PartCancelMachine: Machine {
    private enum State {
        /// A token is got for the reading before.
        case authorizing
        /// The services are read before anything is sent.
        case lookingBefore
        case canceling
    }

    /// What the readings have shown of one service.
    private struct Seen {
        var wasCanceledBefore = false
        var isCanceled = false
        /// Whether every reading since the last request that showed anything showed it not canceled.
        var isOpen = false
    }

    package var isExclusive: Bool { false }

    private let plan: Plan
    private let confirm: Confirm
    private var state = State.authorizing
    private var cancel: CancelMachine
    private var services: [Seen]
    /// Those that the request names.
    private var wanted = ServiceSet()
    /// Whether an answer to a request accepted it; whether one left a doubt.
    private var wasAccepted = false
    private var wasDoubtful = false
    /// Whether a reading since the last request showed anything.
    private var hasLooked = false
    /// The status of the last answer to a request.
    private var status: Int32 = 0
    /// What the machine within was told to send last.
    private var sending = Request.probe
    /// What went wrong last, in words; the service's own, if it said any.
    private var cause: String?
    private var ownWords: String?

    /// Of so many services; 0: of a search.
    package init(_ plan: Plan, services count: Int, confirm: Confirm) {
        self.plan = plan
        self.confirm = count == 0 ? .never : confirm
        services = Array(repeating: Seen(), count: min(count, ServiceSet.countMax))
        cancel = CancelMachine(plan, confirm: self.confirm)
    }

    package mutating func begin(_ context: Context) -> Action {
        // Where nothing is to be read, nothing is read before, either.
        guard confirm != .never else { return beginCancel(context) }
        return .authorize(replacing: nil)
    }

    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        switch (state, event) {
        case (.authorizing, .authorized):
            state = .lookingBefore
            return .send(.readServices)
        case (.authorizing, _):
            // As if the request itself had wanted the token.
            _ = beginCancel(context)
            return tell(event, context)
        case (.lookingBefore, .stopped(let stop, _)):
            _ = beginCancel(context)
            return tell(.stopped(stop, sent: false), context)
        case (.lookingBefore, .answered(let answer)):
            return lookedBefore(answer, context)
        case (.lookingBefore, _):
            return beginCancel(context)
        case (.canceling, .answered(let answer)) where sending == .read:
            return tell(.answered(note(reading: answer)), context)
        case (.canceling, .answered(let answer)) where sending == .cancel:
            note(answer)
            return tell(event, context)
        case (.canceling, .failed(let failure)) where sending == .cancel:
            wasDoubtful = wasDoubtful || failure.sent
            return tell(event, context)
        case (.canceling, _):
            return tell(event, context)
        }
    }

    // MARK: - Before

    private mutating func lookedBefore(_ answer: Answer, _ context: Context) -> Action {
        if answer.isSuccess, case .services(let readings) = answer.reading {
            for (place, reading) in zip(services.indices, readings) {
                services[place].wasCanceledBefore = reading == .canceled
            }
        }
        guard services.contains(where: { !$0.wasCanceledBefore }) else {
            return finish(
                Verdict(
                    outcome: .alreadyCanceled, evidence: .readBack, status: answer.status, message: "",
                    isSettled: true))
        }
        return beginCancel(context)
    }

    /// An acceptance of several says nothing of each: it is read back.
    private mutating func beginCancel(_ context: Context) -> Action {
        state = .canceling
        prepareRequest()
        let mustRead = wanted.count > 1 && confirm == .ambiguous
        cancel = CancelMachine(plan, confirm: mustRead ? .always : confirm)
        return translate(cancel.begin(context))
    }

    // MARK: - The machine within

    private mutating func tell(_ event: Event, _ context: Context) -> Action {
        note(event)
        return translate(cancel.handle(event, context))
    }

    private mutating func translate(_ action: Action) -> Action {
        switch action {
        case .send(let request):
            sending = request
            switch request {
            case .cancel:
                prepareRequest()
                return .send(services.isEmpty ? .cancelSearch : .cancelServices(wanted))
            case .read:
                return .send(.readServices)
            default:
                return action
            }
        case .finish(let verdict):
            return finish(verdict)
        default:
            return action
        }
    }

    /// What was seen canceled is not asked for again, and what was seen open must be looked at again.
    private mutating func prepareRequest() {
        hasLooked = false
        wanted = ServiceSet()
        for place in services.indices {
            services[place].isOpen = false
            if !services[place].isCanceled, !services[place].wasCanceledBefore { wanted.insert(place) }
        }
    }

    // MARK: - What is noted

    private mutating func note(_ answer: Answer) {
        status = answer.status
        if answer.isSuccess {
            wasAccepted = wasAccepted || answer.contradiction == nil
            wasDoubtful = wasDoubtful || answer.contradiction != nil
        } else if !(400...499).contains(answer.status) || !answer.isOwn {
            wasDoubtful = true
        }
    }

    /// What went wrong, for the message.
    private mutating func note(_ event: Event) {
        switch event {
        case .answered(let answer):
            guard !answer.isSuccess || answer.contradiction != nil else { return }
            if sending == .cancel { ownWords = answer.isOwn ? answer.message : nil }
            cause = Explain.serverError(answer).text
        case .failed(let failure): cause = failure.trouble.text
        case .authorizationFailed(let trouble, _, _): cause = trouble.text
        case .authorizationDenied(let answer):
            ownWords = answer.isOwn ? answer.message : nil
            cause = Explain.serverError(answer).text
        case .stopped(let stop, _):
            cause = Explain.stopped(stop, during: nil).text + (cause.map { "; before that, " + $0 } ?? "")
        default: break
        }
    }

    /// Notes what a reading shows of each, and makes of it what the machine within understands.
    private mutating func note(reading answer: Answer) -> Answer {
        guard answer.isSuccess, case .services(let readings) = answer.reading else { return answer }
        var open = 0
        var unshown = 0
        var unclear = 0
        for (place, reading) in zip(services.indices, readings) where wanted.contains(place) {
            services[place].isCanceled = services[place].isCanceled || reading == .canceled
            let wasOpen = services[place].isOpen || !hasLooked
            services[place].isOpen = wasOpen && reading == .notCanceled
            switch reading {
            case .canceled: break
            case .notCanceled: open += 1
            case .absent: unshown += 1
            case .unclear: unclear += 1
            }
        }
        var told = Answer(status: answer.status)
        guard unclear == 0 else { return told }
        hasLooked = true
        if open > 0 {
            told.reading = .notCanceled(CaseSnapshot(isCanceled: false))
        } else if unshown == 0 {
            told.reading = .canceled(CaseSnapshot(isCanceled: true))
        } else if status != 404 {
            // It will not be shown the next time, either. (After a 404, this would tell of the case.)
            told.reading = .absent
        }
        return told
    }

    // MARK: - Claims

    private mutating func finish(_ verdict: Verdict) -> Action {
        .finish(services.isEmpty ? ofSearch(verdict) : ofServices(verdict))
    }

    private func ofSearch(_ verdict: Verdict) -> Verdict {
        var last = verdict
        if last.outcome == .canceled, !last.isSettled {
            last.outcome = .unknown
            last.reason = .unconfirmed
            last.evidence = .none
            last.isRetriable = true
        }
        last.message = Explain.part("search", [last.outcome], words: ownWords, cause: cause)
        return last
    }

    private func ofServices(_ verdict: Verdict) -> Verdict {
        let claims = services.map { claim($0, verdict) }
        var last = verdict
        last.snapshot = nil
        last.services = ServiceClaims(claims)
        guard let least = claims.min(by: { rank($0.outcome) < rank($1.outcome) }) else { return last }
        let areCanceled = rank(least.outcome) >= rank(.canceled)
        if least.outcome != verdict.outcome {
            last.outcome = least.outcome
            last.reason = least.outcome == .unknown ? .unconfirmed : nil
            last.error = nil
        }
        last.evidence = least.evidence
        let isRead = if case .readBack = least.evidence { true } else { false }
        last.isSettled =
            areCanceled
            ? isRead || verdict.isSettled : least.outcome == .notFound && verdict.isSettled
        last.isRetriable = !areCanceled && (least.outcome == .unknown || verdict.isRetriable)
        let trouble = cause ?? (wasAccepted ? Explain.partlyConfirmed : nil)
        last.message = Explain.part(
            "service", claims.map { $0.outcome }, words: ownWords, cause: areCanceled ? nil : trouble)
        return last
    }

    /// The least certain first.
    private func rank(_ outcome: Outcome) -> Int {
        switch outcome {
        case .unknown: 0
        case .failed: 1
        case .denied: 2
        case .notFound: 3
        case .notSent: 4
        case .refused: 5
        case .canceled: 6
        default: 7
        }
    }

    private func claim(_ service: Seen, _ verdict: Verdict) -> ServiceClaim {
        if service.wasCanceledBefore { return ServiceClaim(.alreadyCanceled, .readBack) }
        if service.isCanceled {
            // A refusal of several may have come after some of them were canceled. What was not seen canceled
            // before may have been open, whether or not anything showed it.
            let mayBeOurs = wasAccepted || wasDoubtful || wanted.count > 1
            return ServiceClaim(mayBeOurs ? .canceled : .alreadyCanceled, .readBack)
        }
        let isRead = if case .readBack = verdict.evidence { true } else { false }
        switch verdict.outcome {
        case .notSent:
            return ServiceClaim(verdict.outcome, verdict.evidence)
        case .notFound:
            // A 404 alone may be a stranger's.
            return isRead ? ServiceClaim(.notFound, .readBack) : ServiceClaim(.unknown, .none)
        case .refused, .failed, .denied:
            let holds = isRead ? service.isOpen : wanted.count == 1 || isTurnedAway(verdict)
            return holds ? ServiceClaim(verdict.outcome, verdict.evidence) : ServiceClaim(.unknown, .none)
        case .canceled where !isRead && wanted.count == 1:
            return ServiceClaim(.canceled, .response)
        default:
            return ServiceClaim(.unknown, .none)
        }
    }

    /// Whether nothing of the list can have been done.
    private func isTurnedAway(_ verdict: Verdict) -> Bool {
        verdict.outcome == .denied || verdict.reason == .blocked || verdict.reason == .notTheService
            || verdict.reason == .authentication
    }
}
