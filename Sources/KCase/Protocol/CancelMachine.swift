import KCaseSystem

/// When a cancel is read back.
package enum Confirm {
    case ambiguous, always, never
}

/// Cancels a case. This page is the protocol; what each answer leads to is the table in `judge`:
///
///     200, 201, 204              canceled, unless something in it says otherwise (or confirm: always)
///     other 2xx, contradictions  read back: canceled, or unknown
///     401, 403 own               once: a new token, where one can be minted, and again; else denied
///     401, 403 foreign           wait, send again; spent: read back, failed (blocked)
///     404                        read back: already canceled; not found, if the service says so; else failed
///     409 own                    wait, send again; spent: as 422
///     422 own                    read back: already canceled, or refused
///     429, 503 with Retry-After  wait as long as asked, send again; spent: read back, failed
///     5xx own                    may have happened: read back, send again; spent: failed
///     408, 460, 499, other 5xx   may still happen: read back, send again; spent: unknown
///     3xx, other 4xx             read back: already canceled, or failed
///     not sent                   send again; spent: not_sent
///     sent, no whole answer      as 504
///     deadline, interrupt        not_sent if nothing was sent, else unknown
///
/// *Own* is an answer in the service's form; *foreign* is one that somebody between wrote, or another
/// service.
///
/// Three rules hold over all of it. A Canceled that is read back is `canceled` if a request of ours may have
/// done it, else `already_canceled`. That a case is not canceled is claimed only after it was read twice,
/// `settle_ms` apart, and not while a request of ours may yet take effect; one look is enough where the
/// service says that the case has started. And what should be read back and cannot be, for a cause that may
/// pass, is unknown; where reading is refused for good, or was not wanted, the answer alone must do.
package struct CancelMachine: Machine {
    private enum State {
        case starting
        case authorizing(then: Step)
        /// The token at hand was rejected with this answer.
        indirect case replacingToken(then: Step, rejected: Answer)
        case canceling
        indirect case reading(Question)
        /// Whether the service itself answers, after a 404.
        indirect case probing(Question)
        case waiting(then: Step)
        case finished
    }

    private enum Step {
        case cancel
        indirect case read(Question)
        indirect case probe(Question)

        /// Without a token, the look before the cancel request ends as the request would.
        var decisive: Step {
            if case .read(let question) = self, case .cancel = question.otherwise { return .cancel }
            return self
        }
    }

    /// Why the case is read back: what to do if it is not canceled.
    private struct Question {
        enum Otherwise {
            /// Send the cancel request for the first time.
            case cancel
            /// Send the cancel request again, after as long as the server asks.
            case again(Milliseconds?)
            /// Say this.
            case claim(Finding)
            /// Nothing can be said: a request may yet take effect.
            case unknown(Trouble)
        }
        var otherwise: Otherwise
        /// Readings that must agree before a claim.
        var looks: Int
        /// Readings that may fail.
        var tries: Int
        /// Whether somebody else answered the reading: then it cannot bear out a 404.
        var wasReadingForeign = false
    }

    /// What a final answer to the cancel request says.
    private struct Finding {
        var outcome: Outcome
        var reason: Reason?
        var answer: Answer
        var isRetriable = false
        /// Whether somebody else than the service answered.
        var isForeign = false
        /// Whether whoever answered so turned the request away: then it need not be read back.
        var isTurnedAway: Bool { isForeign && [401, 403, 404, 429].contains(answer.status) }
    }

    /// What is known so far.
    private struct Known {
        var doubt = Doubt.none
        /// Whether any cancel request can have left this machine.
        var wasSent = false
        /// The last answer that says for certain that a request was not carried out.
        var rejection: Finding?
        /// The status of the last cancel request's answer; 0 if it had none.
        var status: Int32 = 0
        /// What went wrong last with the cancel request, and with reading back; for the message.
        var trouble: Trouble?
        var readTrouble: Trouble?
        /// How long the last cancel request's answer asked to wait, or an answer after that.
        var retryAfter: Milliseconds?
    }

    /// What our requests may have done without our knowing.
    private enum Doubt: Int, Comparable {
        case none
        /// Somebody between turned one away. As a rule the service never saw it.
        case unlikely
        /// The server failed while it worked on one: it may have taken effect.
        case mayHaveActed
        /// One may still be on its way, or at work.
        case mayYetAct

        static func < (one: Doubt, other: Doubt) -> Bool { one.rawValue < other.rawValue }
    }

    /// One client cancels a case once at a time.
    package var isExclusive: Bool { true }

    private let confirm: Confirm
    private let looksFirst: Bool
    private var state = State.starting
    private var tries: Tries
    private var known = Known()

    /// `looksFirst`: another process may have canceled the case for the same intent.
    package init(_ plan: Plan, confirm: Confirm, looksFirst: Bool = false) {
        self.confirm = confirm
        self.looksFirst = looksFirst
        tries = Tries(plan)
    }

    package mutating func begin(_ context: Context) -> Action {
        authorize(
            then: looksFirst ? .read(Question(otherwise: .cancel, looks: 1, tries: 1)) : .cancel)
    }

    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        switch (state, event) {
        case (_, .stopped(let stop, let sent)): stopped(stop, sent: sent)
        case (.starting, .canceledByAnotherCall(let evidence)): canceledByAnotherCall(evidence)
        case (.authorizing(let step), .authorized), (.replacingToken(let step, _), .authorized):
            perform(step)
        case (.replacingToken(let step, let rejected), .tokenKept):
            denied(rejected, for: step, context)
        case (.authorizing(let step), .authorizationDenied(let answer)),
            (.replacingToken(let step, _), .authorizationDenied(let answer)):
            credentialsRefused(answer, for: step)
        case (.authorizing(let step), .authorizationFailed(let trouble, let isFinal, let answer)),
            (.replacingToken(let step, _), .authorizationFailed(let trouble, let isFinal, let answer)):
            noToken(trouble, answer, isFinal: isFinal, for: step, context)
        case (.canceling, .answered(let answer)): judge(answer, context)
        case (.canceling, .failed(let failure)): noAnswer(failure, context)
        case (.reading(let question), .answered(let answer)): read(answer, question, context)
        case (.reading(let question), .failed(let failure)):
            unreadable(question, failure.trouble, .passing, retryAfter: nil, context)
        case (.probing(let question), .answered(let answer)): probed(answer, question, context)
        case (.probing(let question), .failed(let failure)):
            unprobed(question, failure.trouble, retryAfter: nil, context)
        case (.waiting(let step), .waited): perform(step)
        default: unexpected()
        }
    }

    // MARK: - Answers to the cancel request

    private mutating func judge(_ answer: Answer, _ context: Context) -> Action {
        known.wasSent = true
        known.status = answer.status
        known.retryAfter = answer.retryAfter
        switch answer.status {
        case 200 where answer.contradiction == nil, 201 where answer.contradiction == nil,
            204 where answer.contradiction == nil:
            return accepted(answer)
        case 200...299:
            return unconfirmed(answer)
        case 401 where answer.isOwn, 403 where answer.isOwn:
            return tokenRejected(answer, for: .cancel, context)
        case 401, 403:
            return blocked(answer, context)
        case 404:
            return missing(answer)
        case 409 where answer.isOwn:
            let finding = Finding(
                outcome: .refused, reason: answer.refusal, answer: answer, isRetriable: true)
            return comeBackLater(finding, context)
        case 422 where answer.isOwn:
            return conclude(Finding(outcome: .refused, reason: answer.refusal, answer: answer))
        case 429:
            if !answer.isOwn { known.doubt = max(known.doubt, .unlikely) }
            return comeBackLater(busy(answer), context)
        case 503 where answer.retryAfter != nil:
            known.doubt = max(known.doubt, answer.hasOwnWords ? .mayHaveActed : .mayYetAct)
            return comeBackLater(busy(answer), context)
        case 502, 504:
            return doubtful(.mayYetAct, answer, context)
        case 500...599 where answer.hasOwnWords:
            return doubtful(.mayHaveActed, answer, context)
        case 300...399:
            // 303 says that it was done, and where to look; the others say it less clearly.
            known.doubt = max(known.doubt, .mayHaveActed)
            return conclude(Finding(outcome: .failed, reason: .redirected, answer: answer))
        case 408, 460, 499:
            return doubtful(.mayYetAct, answer, context)
        case 400...499:
            return rejected(answer)
        default:
            return doubtful(.mayYetAct, answer, context)
        }
    }

    private mutating func accepted(_ answer: Answer) -> Action {
        guard confirm == .always else {
            return finish(
                Verdict(
                    outcome: .canceled, evidence: .response, status: known.status,
                    message: answer.message ?? Explain.canceled, isSettled: true))
        }
        known.doubt = max(known.doubt, .mayHaveActed)
        return readUntilCanceled(Explain.unconfirmed(answer))
    }

    /// A success that says otherwise, or that is none yet: 202 says that the work is not done (RFC 9110,
    /// 15.3.3).
    private mutating func unconfirmed(_ answer: Answer) -> Action {
        let cause = Explain.unconfirmed(answer)
        guard confirm != .never else {
            guard answer.contradiction == nil else { return finish(unknown(cause)) }
            return finish(
                Verdict(
                    outcome: .canceled, evidence: .response, status: known.status,
                    message: Explain.acceptedForLater))
        }
        known.doubt = max(known.doubt, answer.contradiction == nil ? .mayYetAct : .mayHaveActed)
        return readUntilCanceled(cause)
    }

    private mutating func readUntilCanceled(_ cause: Trouble) -> Action {
        known.trouble = cause
        return ask(Question(otherwise: .unknown(cause), looks: tries.readings, tries: tries.readings))
    }

    /// Ends with what the answer says, once the case was read back, if that is wanted.
    private mutating func conclude(_ finding: Finding) -> Action {
        known.rejection = finding
        guard confirm != .never else { return sayUnread(finding) }
        return ask(lastQuestion(.claim(finding)))
    }

    private func busy(_ answer: Answer) -> Finding {
        Finding(
            outcome: .failed, reason: .busy, answer: answer, isRetriable: true, isForeign: !answer.isOwn)
    }

    private mutating func comeBackLater(_ finding: Finding, _ context: Context) -> Action {
        known.rejection = finding
        known.trouble = Explain.serverError(finding.answer)
        if tries.hasAttempts,
            let wait = tries.backoff.next(atLeast: finding.answer.retryAfter, context)
        {
            return pause(wait, then: .cancel)
        }
        return conclude(finding)
    }

    /// Somebody between turned the request away.
    private mutating func blocked(_ answer: Answer, _ context: Context) -> Action {
        known.doubt = max(known.doubt, .unlikely)
        return comeBackLater(
            Finding(
                outcome: .failed, reason: .blocked, answer: answer, isRetriable: true, isForeign: true),
            context)
    }

    /// A request that is not accepted, by the service or by somebody between.
    private mutating func rejected(_ answer: Answer) -> Action {
        if !answer.isOwn { known.doubt = max(known.doubt, .unlikely) }
        // A misdirected request, a lock, a message that came too early: the same request may succeed later.
        let isRetriable = [409, 421, 422, 423, 425].contains(answer.status)
        let isConflict = answer.status == 409 || answer.status == 422
        return conclude(
            Finding(
                outcome: .failed, reason: isConflict ? .notTheService : .rejected, answer: answer,
                isRetriable: isRetriable, isForeign: !answer.isOwn))
    }

    private mutating func noAnswer(_ failure: Failure, _ context: Context) -> Action {
        known.status = 0
        known.retryAfter = nil
        known.wasSent = known.wasSent || failure.sent
        if failure.sent { return doubtful(.mayYetAct, failure.trouble, nil, context) }
        known.trouble = failure.trouble
        if !failure.isFinal, tries.hasAttempts, let wait = tries.backoff.next(context) {
            return pause(wait, then: .cancel)
        }
        guard known.wasSent else {
            return finish(notSent(failure.trouble, isRetriable: !failure.isFinal))
        }
        if let rejection = known.rejection, known.doubt <= .unlikely {
            return rejection.reason == .authentication ? sayUnread(rejection) : conclude(rejection)
        }
        return confirm == .never
            ? finish(unknown(failure.trouble)) : ask(lastQuestion(.unknown(failure.trouble)))
    }

    private mutating func doubtful(_ level: Doubt, _ answer: Answer, _ context: Context) -> Action {
        doubtful(level, Explain.serverError(answer), answer, context)
    }

    /// The request may have taken effect: look, before anything else is done or said.
    private mutating func doubtful(
        _ level: Doubt, _ cause: Trouble, _ answer: Answer?, _ context: Context
    ) -> Action {
        known.doubt = max(known.doubt, level)
        known.trouble = cause
        if tries.hasAttempts {
            return confirm == .never
                ? again(atLeast: answer?.retryAfter, context)
                : ask(Question(otherwise: .again(answer?.retryAfter), looks: 1, tries: 1))
        }
        guard confirm != .never else { return finish(unknown(cause)) }
        if known.doubt <= .mayHaveActed, let answer {
            let finding = Finding(
                outcome: .failed, reason: .serverError, answer: answer, isRetriable: true)
            return ask(lastQuestion(.claim(finding)))
        }
        return ask(lastQuestion(.unknown(cause)))
    }

    /// The question after which the operation ends. One look is not enough as a rule: it may have come too
    /// soon after a request, or have shown the case as it was a moment ago. That a case has started is the
    /// service's own word.
    private func lastQuestion(_ otherwise: Question.Otherwise) -> Question {
        var looks = 2
        if known.doubt == .none, case .claim(let finding) = otherwise, finding.reason == .alreadyStarted {
            looks = 1
        }
        return Question(otherwise: otherwise, looks: looks, tries: tries.readings)
    }

    // MARK: - Cases that are not there

    /// The service's own 404 says that there is no such case; so does every wrong address.
    private mutating func missing(_ answer: Answer) -> Action {
        if !answer.isOwn { known.doubt = max(known.doubt, .unlikely) }
        let finding =
            answer.isOwn
            ? Finding(outcome: .notFound, reason: nil, answer: answer)
            : Finding(
                outcome: .failed, reason: .notTheService, answer: answer, isRetriable: true,
                isForeign: true)
        known.rejection = finding
        let question = lastQuestion(.claim(finding))
        if confirm != .never { return ask(question) }
        return answer.isOwn ? probe(question) : sayUnread(finding)
    }

    /// A 404 whose case cannot be read, for good: what the reading was answered decides.
    private mutating func stillMissing(
        _ answer: Answer, _ question: Question, _ finding: Finding, _ context: Context
    ) -> Action {
        guard known.doubt <= .unlikely else { return sayUnread(finding) }
        let isAbsent = if case .absent = answer.reading { answer.isSuccess } else { false }
        let isOwnWord = answer.status == 403 && answer.hasOwnWords && finding.outcome == .notFound
        if isAbsent || isOwnWord {
            var found = finding
            found.outcome = .notFound
            found.reason = nil
            found.isForeign = false
            return finish(verdict(found, .readBack, isRetriable: false))
        }
        if finding.outcome == .notFound, answer.isOwn { return probe(question) }
        return notTheService(finding)
    }

    private mutating func probed(
        _ answer: Answer, _ question: Question, _ context: Context
    ) -> Action {
        guard case .claim(let finding) = question.otherwise else { return unexpected() }
        if answer.isSuccess, answer.contradiction == nil {
            return question.wasReadingForeign ? leaveUnknown(question) : sayUnread(finding)
        }
        let isOwnRejection = answer.isOwn && (answer.status == 401 || answer.status == 403)
        if isOwnRejection {
            if let action = replaceToken(answer, then: .probe(question)) { return action }
            known.readTrouble = Explain.unreadable(answer)
            return leaveUnknown(question)
        }
        if answer.mayPass {
            let cause = Explain.serverError(answer)
            return unprobed(question, cause, retryAfter: answer.retryAfter, context)
        }
        return notTheService(finding)
    }

    private mutating func unprobed(
        _ question: Question, _ cause: Trouble, retryAfter: Milliseconds?, _ context: Context
    ) -> Action {
        known.readTrouble = cause
        known.retryAfter = retryAfter ?? known.retryAfter
        var next = question
        next.tries -= 1
        if next.tries > 0, let wait = tries.backoff.next(atLeast: retryAfter, context) {
            return pause(wait, then: .probe(next))
        }
        return leaveUnknown(question)
    }

    /// Whatever answers there, it is not the service.
    private mutating func notTheService(_ finding: Finding) -> Action {
        var found = finding
        found.outcome = .failed
        found.reason = .notTheService
        found.isRetriable = true
        found.isForeign = true
        return sayUnread(found)
    }

    // MARK: - Readings

    private mutating func read(_ answer: Answer, _ question: Question, _ context: Context) -> Action {
        if answer.isOwn, answer.status == 401 || answer.status == 403,
            let action = replaceToken(answer, then: .read(question))
        {
            return action
        }
        switch (answer.status, answer.reading) {
        case (200...299, .canceled(let snapshot)):
            return readCanceled(snapshot)
        case (200...299, .notCanceled(let snapshot)):
            return readNotCanceled(snapshot, question, context)
        case (200...299, .absent), (403, _), (404, _), (401, _):
            if answer.isBlocked {
                let cause = Explain.blocked(answer)
                return unreadable(question, cause, .blocked, retryAfter: answer.retryAfter, context)
            }
            // The documents give 403 for an unknown id, too.
            if case .claim(let finding) = question.otherwise, finding.answer.status == 404 {
                return stillMissing(answer, question, finding, context)
            }
            return unreadable(question, Explain.unreadable(answer), .lasting, retryAfter: nil, context)
        default:
            let isLasting = !answer.isSuccess && !answer.mayPass && answer.status >= 300
            return unreadable(
                question, Explain.unreadable(answer), isLasting ? .lasting : .passing,
                retryAfter: answer.retryAfter, context)
        }
    }

    private mutating func readCanceled(_ snapshot: CaseSnapshot) -> Action {
        let byUs = known.doubt != .none
        return finish(
            Verdict(
                outcome: byUs ? .canceled : .alreadyCanceled, evidence: .readBack, status: known.status,
                message: byUs ? Explain.readBackCanceled : Explain.alreadyCanceled, isSettled: true,
                snapshot: snapshot))
    }

    private mutating func readNotCanceled(
        _ snapshot: CaseSnapshot, _ question: Question, _ context: Context
    ) -> Action {
        if case .cancel = question.otherwise { return perform(.cancel) }
        if case .again(let asked) = question.otherwise { return again(atLeast: asked, context) }
        var next = question
        next.looks -= 1
        if next.looks > 0 {
            if let wait = tries.backoff.nextReading(context) { return pause(wait, then: .read(next)) }
            return leaveUnknown(question, snapshot)
        }
        switch question.otherwise {
        case .claim(var finding):
            if finding.outcome == .notFound {
                // There is a case, whatever the 404 meant.
                finding.outcome = .failed
                finding.reason = .rejected
            }
            // A request that may yet take effect is settled by the refusal of a case that has started, which
            // would meet it too, and by nothing else.
            guard known.doubt < .mayYetAct || finding.reason == .alreadyStarted else {
                return leaveUnknown(question, snapshot)
            }
            var last = verdict(finding, .readBack, isRetriable: finding.isRetriable)
            last.snapshot = snapshot
            return finish(last)
        case .cancel, .again, .unknown:
            return leaveUnknown(question, snapshot)
        }
    }

    /// Why a reading says nothing.
    private enum Unreadable {
        /// The next may say something.
        case passing
        /// The next would bring the same.
        case lasting
        /// Somebody between turned it away: for now, or always.
        case blocked
    }

    /// Try again, or, if that would bring the same, go by the answer alone.
    private mutating func unreadable(
        _ question: Question, _ cause: Trouble, _ kind: Unreadable, retryAfter: Milliseconds?,
        _ context: Context
    ) -> Action {
        if case .cancel = question.otherwise { return perform(.cancel) }
        known.readTrouble = cause
        known.retryAfter = retryAfter ?? known.retryAfter
        if case .again(let asked) = question.otherwise { return again(atLeast: asked, context) }
        var next = question
        next.tries -= 1
        if kind != .lasting, next.tries > 0,
            let wait = tries.backoff.next(atLeast: retryAfter, context)
        {
            return pause(wait, then: .read(next))
        }
        guard kind != .passing, case .claim(let finding) = question.otherwise else {
            return leaveUnknown(question)
        }
        guard finding.outcome == .notFound else { return sayUnread(finding) }
        // Every wrong address answers 404 to one request and something else to another.
        next.wasReadingForeign = true
        return probe(next)
    }

    /// Sends the cancel request once more, after a wait.
    private mutating func again(atLeast asked: Milliseconds?, _ context: Context) -> Action {
        if let wait = tries.backoff.next(atLeast: asked, context) { return pause(wait, then: .cancel) }
        return finish(unknown(known.trouble ?? Explain.nothingKnown))
    }

    // MARK: - Tokens

    private mutating func tokenRejected(_ answer: Answer, for step: Step, _ context: Context) -> Action {
        // The service did not carry out the request.
        known.rejection = Finding(
            outcome: .failed, reason: .authentication, answer: answer, isRetriable: true)
        return replaceToken(answer, then: step) ?? denied(answer, for: step, context)
    }

    /// nil if a token was replaced already, or none can be minted.
    private mutating func replaceToken(_ answer: Answer, then step: Step) -> Action? {
        let isCancel = if case .cancel = step { true } else { false }
        let rejection = Rejection(answer)
        guard tries.takeTokenReplacement(rejection, givingBackAttempt: isCancel) else { return nil }
        state = .replacingToken(then: step, rejected: answer)
        return .authorize(replacing: rejection)
    }

    /// The service rejects the token, and there is no other.
    private mutating func denied(_ answer: Answer, for step: Step, _ context: Context) -> Action {
        switch step {
        case .cancel:
            let reason = answer.status == 401 ? Reason.unauthorized : .forbidden
            let finding = Finding(outcome: .denied, reason: reason, answer: answer)
            known.rejection = finding
            guard known.doubt != .none, confirm != .never else { return sayUnread(finding) }
            return ask(lastQuestion(.claim(finding)))
        case .read(let question):
            state = .reading(question)
            return read(answer, question, context)
        case .probe(let question):
            known.readTrouble = Explain.unreadable(answer)
            return leaveUnknown(question)
        }
    }

    private mutating func credentialsRefused(_ answer: Answer, for step: Step) -> Action {
        switch step.decisive {
        case .read(let question), .probe(let question):
            return refusedReading(question, answer)
        case .cancel:
            known.status = answer.status
            return sayUnread(Finding(outcome: .denied, reason: .credentials, answer: answer))
        }
    }

    /// The token for the reading is refused: that will not pass, so the answer alone must do.
    private mutating func refusedReading(_ question: Question, _ answer: Answer) -> Action {
        known.readTrouble = Explain.unreadable(answer)
        if case .claim(let finding) = question.otherwise, finding.outcome != .notFound {
            return sayUnread(finding)
        }
        return leaveUnknown(question)
    }

    private mutating func noToken(
        _ cause: Trouble, _ answer: Answer?, isFinal: Bool, for step: Step, _ context: Context
    ) -> Action {
        if known.doubt == .none { known.trouble = cause }
        if !known.wasSent { known.status = answer?.status ?? 0 }
        known.retryAfter = answer?.retryAfter ?? known.retryAfter
        let mayTryAgain = tries.takeAuthorization()
        if !isFinal, mayTryAgain, let wait = tries.backoff.next(atLeast: answer?.retryAfter, context) {
            return pause(wait, then: step)
        }
        switch step.decisive {
        case .read(let question), .probe(let question):
            known.readTrouble = cause
            return leaveUnknown(question)
        case .cancel:
            guard known.wasSent else { return finish(notSent(cause, isRetriable: !isFinal)) }
            if let rejection = known.rejection, known.doubt == .none, rejection.outcome == .failed {
                return sayUnread(rejection)
            }
            return finish(unknown(known.trouble ?? cause))
        }
    }

    // MARK: - Steps

    private mutating func perform(_ step: Step) -> Action {
        if case .waiting = state {
            // The token may have been replaced meanwhile, by another operation of the client.
            return authorize(then: step)
        }
        switch step {
        case .cancel:
            tries.takeAttempt()
            state = .canceling
            return .send(.cancel)
        case .read(let question):
            return ask(question)
        case .probe(let question):
            return probe(question)
        }
    }

    private mutating func authorize(then step: Step) -> Action {
        state = .authorizing(then: step)
        return .authorize(replacing: nil)
    }

    private mutating func ask(_ question: Question) -> Action {
        state = .reading(question)
        return .send(.read)
    }

    private mutating func probe(_ question: Question) -> Action {
        state = .probing(question)
        return .send(.probe)
    }

    private mutating func pause(_ wait: Milliseconds, then step: Step) -> Action {
        state = .waiting(then: step)
        return .wait(wait)
    }

    private mutating func finish(_ verdict: Verdict) -> Action {
        state = .finished
        var last = verdict
        if last.isRetriable { last.retryAfter = known.retryAfter }
        return .finish(last)
    }

    // MARK: - Endings

    private mutating func stopped(_ stop: Stop, sent: Bool) -> Action {
        if case .canceling = state { known.wasSent = known.wasSent || sent }
        let cause = Explain.stopped(stop, during: known.trouble)
        return finish(known.wasSent ? unknown(cause) : notSent(cause, isRetriable: true))
    }

    private mutating func canceledByAnotherCall(_ evidence: Evidence) -> Action {
        finish(
            Verdict(
                outcome: .alreadyCanceled, evidence: evidence, message: Explain.canceledByAnotherCall,
                isSettled: true))
    }

    /// The question stays without an answer.
    private mutating func leaveUnknown(_ question: Question, _ snapshot: CaseSnapshot? = nil) -> Action {
        let cause =
            switch question.otherwise {
            case .claim(let finding): known.trouble ?? Explain.serverError(finding.answer)
            case .unknown(let cause): cause
            case .cancel, .again: known.trouble ?? Explain.nothingKnown
            }
        var last = unknown(cause)
        last.snapshot = snapshot
        return finish(last)
    }

    /// A finding without a reading: certain, unless a request of ours may have done more than we know. That
    /// somebody between turned the request away may be said even then.
    private mutating func sayUnread(_ finding: Finding) -> Action {
        guard known.doubt == .none || (known.doubt == .unlikely && finding.isTurnedAway) else {
            return finish(unknown(known.trouble ?? Explain.serverError(finding.answer)))
        }
        return finish(verdict(finding, .response, isRetriable: finding.isRetriable))
    }

    private func verdict(_ finding: Finding, _ evidence: Evidence, isRetriable: Bool) -> Verdict {
        // The refusal of a case that has started stands. Every other may have been for what was at work just
        // then.
        let isStarted =
            finding.outcome == .refused && finding.reason == .alreadyStarted
            && finding.answer.status == 422
        return Verdict(
            outcome: finding.outcome, reason: finding.reason, evidence: evidence, status: known.status,
            message: finding.isForeign
                ? Explain.foreign(finding.outcome, finding.reason, finding.answer)
                : Explain.message(finding.outcome, finding.reason, finding.answer),
            error: finding.isForeign ? nil : finding.answer.error,
            isSettled: evidence == .readBack && (finding.outcome == .notFound || isStarted),
            isRetriable: isRetriable)
    }

    private func notSent(_ cause: Trouble, isRetriable: Bool) -> Verdict {
        Verdict(
            outcome: .notSent, reason: cause.reason, evidence: .none, status: known.status,
            message: Explain.notSent(cause), isRetriable: isRetriable)
    }

    private func unknown(_ cause: Trouble) -> Verdict {
        Verdict(
            outcome: .unknown, reason: cause.reason, evidence: .none, status: known.status,
            message: Explain.unknown(cause, reading: known.readTrouble), isRetriable: true)
    }

    /// An event that does not belong to the state: the driver is at fault, and nothing may be claimed.
    private mutating func unexpected() -> Action {
        finish(unknown(Explain.nothingKnown))
    }
}
