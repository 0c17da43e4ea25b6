import KCaseSystem

/// When a cancel is read back.
package enum Confirm {
    case ambiguous, always, never
}

/// Cancels a case. This page is the protocol; what each answer leads to is the table in `judge`:
///
///     2xx                        canceled; read back first if that was asked for, or if it is a 202
///     401                        once: a new token, where one can be minted, and again; else denied
///     403                        denied
///     404                        read back: canceled already, or, if there is no such case, not_found
///     409, 422                   read back: canceled already, or refused
///     429, 503 with Retry-After  wait as long as asked, send again; spent: read back, failed
///     408, 502, 504              may still happen: read back, send again; spent: unknown
///     other 5xx                  may have happened: read back, send again; spent: failed
///     3xx, other 4xx             read back: canceled already, or failed
///     not sent                   send again; spent: not_sent
///     sent, no whole answer      as 504
///     deadline, interrupt        not_sent if nothing was sent, else unknown
///
/// Three rules hold over all of it. A Canceled that is read back is `canceled` if a request of ours may have
/// done it, else `already_canceled`. While a request of ours may have done it, nothing is claimed to the
/// contrary before the case was read twice, some time apart. And what should be read back and cannot be, for
/// a cause that may pass, is unknown; where reading is refused for good, or was not wanted, the answer alone
/// must do.
package struct CancelMachine: Machine {
    private enum State {
        case starting
        case authorizing(then: Step)
        case canceling
        case reading(Question)
        case waiting(then: Step)
        case finished
    }

    private enum Step {
        case cancel
        case read(Question)
    }

    /// Why the case is read back: what to do if it is not canceled.
    private struct Question {
        enum Otherwise {
            /// Send the cancel request again.
            case again
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
    }

    /// What a final answer to the cancel request says.
    private struct Finding {
        var outcome: Outcome
        var reason: Reason?
        var answer: Answer
        var isRetriable = false
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
    }

    /// What our requests may have done without our knowing.
    private enum Doubt: Int, Comparable {
        case none
        /// The server failed while it worked on one: it may have taken effect.
        case mayHaveActed
        /// One may still be on its way, or at work.
        case mayYetAct

        static func < (one: Doubt, other: Doubt) -> Bool { one.rawValue < other.rawValue }
    }

    private let confirm: Confirm
    private var state = State.starting
    private var tries: Tries
    private var known = Known()

    package init(_ plan: Plan, confirm: Confirm) {
        self.confirm = confirm
        tries = Tries(plan)
    }

    package mutating func begin(_ context: Context) -> Action {
        authorize(then: .cancel)
    }

    package mutating func handle(_ event: Event, _ context: Context) -> Action {
        switch (state, event) {
        case (_, .stopped(let stop, let sent)): stopped(stop, sent: sent)
        case (.authorizing(let step), .authorized): perform(step)
        case (.authorizing(let step), .authorizationDenied(let answer)):
            credentialsRefused(answer, for: step)
        case (.authorizing(let step), .authorizationFailed(let trouble, let isFinal, let answer)):
            noToken(trouble, answer, isFinal: isFinal, for: step, context)
        case (.canceling, .answered(let answer)): judge(answer, context)
        case (.canceling, .failed(let failure)): noAnswer(failure, context)
        case (.reading(let question), .answered(let answer)): read(answer, question, context)
        case (.reading(let question), .failed(let failure)):
            unreadable(question, failure.trouble, retryAfter: nil, context)
        case (.waiting(let step), .waited): perform(step)
        default: unexpected()
        }
    }

    // MARK: - Answers to the cancel request

    private mutating func judge(_ answer: Answer, _ context: Context) -> Action {
        known.wasSent = true
        known.status = answer.status
        switch answer.status {
        case 200...299:
            return accepted(answer)
        case 401:
            if tries.takeTokenReplacement(givingBackAttempt: true) {
                return authorize(then: .cancel, replacingRejected: true)
            }
            return conclude(Finding(outcome: .denied, reason: .unauthorized, answer: answer))
        case 403:
            return conclude(Finding(outcome: .denied, reason: .forbidden, answer: answer))
        case 404:
            return conclude(Finding(outcome: .notFound, reason: nil, answer: answer), alwaysRead: true)
        case 409, 422:
            let finding = Finding(
                outcome: .refused, reason: answer.refusal, answer: answer)
            return conclude(finding, alwaysRead: true)
        case 429:
            return comeBackLater(answer, context)
        case 503 where answer.limitsRequests:
            known.doubt = max(known.doubt, .mayHaveActed)
            return comeBackLater(answer, context)
        case 408, 502, 504:
            return doubtful(.mayYetAct, Explain.serverError(answer), answer, context)
        case 500...599:
            return doubtful(.mayHaveActed, Explain.serverError(answer), answer, context)
        case 300...399:
            // 303 says that it was done, and where to look; the others say it less clearly.
            known.doubt = max(known.doubt, .mayHaveActed)
            return conclude(Finding(outcome: .failed, reason: .redirected, answer: answer), alwaysRead: true)
        case 400...499:
            return conclude(Finding(outcome: .failed, reason: .rejected, answer: answer), alwaysRead: true)
        default:
            return doubtful(.mayYetAct, Explain.serverError(answer), answer, context)
        }
    }

    private mutating func accepted(_ answer: Answer) -> Action {
        // 202 says that the work is not done yet (RFC 9110, 15.3.3).
        let mustConfirm = confirm == .always || (confirm == .ambiguous && answer.status == 202)
        guard mustConfirm else {
            return finish(
                Verdict(
                    outcome: .canceled, evidence: .response, status: known.status,
                    message: answer.message ?? Explain.canceled))
        }
        known.trouble = Explain.unconfirmed(answer)
        known.doubt = max(known.doubt, .mayHaveActed)
        return ask(
            Question(
                otherwise: .unknown(Explain.unconfirmed(answer)), looks: tries.readings,
                tries: tries.readings))
    }

    /// Ends with what the answer says, unless a reading must come first.
    private mutating func conclude(_ finding: Finding, alwaysRead: Bool = false) -> Action {
        known.rejection = finding
        guard confirm != .never, alwaysRead || known.doubt != .none else { return sayUnread(finding) }
        return ask(lastQuestion(.claim(finding)))
    }

    private mutating func comeBackLater(_ answer: Answer, _ context: Context) -> Action {
        let finding = Finding(outcome: .failed, reason: .busy, answer: answer, isRetriable: true)
        known.rejection = finding
        known.trouble = Explain.serverError(answer)
        if tries.hasAttempts, let wait = tries.backoff.next(atLeast: answer.retryAfter, context) {
            return pause(wait, then: .cancel)
        }
        return conclude(finding, alwaysRead: true)
    }

    private mutating func noAnswer(_ failure: Failure, _ context: Context) -> Action {
        known.status = 0
        known.wasSent = known.wasSent || failure.sent
        if failure.sent { return doubtful(.mayYetAct, failure.trouble, nil, context) }
        known.trouble = failure.trouble
        if !failure.isFinal, tries.hasAttempts, let wait = tries.backoff.next(context) {
            return pause(wait, then: .cancel)
        }
        guard known.wasSent else { return finish(notSent(failure.trouble, isRetriable: !failure.isFinal)) }
        if known.doubt == .none, let rejection = known.rejection {
            return conclude(rejection, alwaysRead: true)
        }
        return confirm == .never
            ? finish(unknown(failure.trouble)) : ask(lastQuestion(.unknown(failure.trouble)))
    }

    /// The request may have taken effect: look, before anything else is done or said.
    private mutating func doubtful(
        _ level: Doubt, _ cause: Trouble, _ answer: Answer?, _ context: Context
    ) -> Action {
        known.doubt = max(known.doubt, level)
        known.trouble = cause
        if tries.hasAttempts {
            return confirm == .never
                ? again(context) : ask(Question(otherwise: .again, looks: 1, tries: 1))
        }
        guard confirm != .never else { return finish(unknown(cause)) }
        if known.doubt == .mayHaveActed, let answer {
            let finding = Finding(outcome: .failed, reason: .serverError, answer: answer, isRetriable: true)
            return ask(lastQuestion(.claim(finding)))
        }
        return ask(lastQuestion(.unknown(cause)))
    }

    /// The question after which the operation ends. Where there is known.doubt, one look is not enough: the
    /// first may have come too soon after the request.
    private func lastQuestion(_ otherwise: Question.Otherwise) -> Question {
        Question(otherwise: otherwise, looks: known.doubt == .none ? 1 : 2, tries: tries.readings)
    }

    // MARK: - Readings

    private mutating func read(_ answer: Answer, _ question: Question, _ context: Context) -> Action {
        if answer.status == 401, tries.takeTokenReplacement(givingBackAttempt: false) {
            return authorize(then: .read(question), replacingRejected: true)
        }
        switch (answer.status, answer.reading) {
        case (200...299, .canceled(let snapshot)):
            return readCanceled(snapshot)
        case (200...299, .notCanceled(let snapshot)):
            return readNotCanceled(snapshot, question, context)
        case (200...299, .absent), (404, _), (403, _):
            // The documents give 403 for an unknown id, too. It bears out a 404, but not where a request of
            // ours may have done something: a token that was revoked, or a gateway without its service,
            // answers the same.
            if case .claim(let finding) = question.otherwise, finding.outcome == .notFound,
                known.doubt == .none
            {
                return finish(verdict(finding, .readBack))
            }
            return unreadable(question, Explain.unreadable(answer), retryAfter: nil, context, isLasting: true)
        default:
            let isLasting = !answer.isSuccess && !answer.mayPass && answer.status >= 300
            return unreadable(
                question, Explain.unreadable(answer), retryAfter: answer.retryAfter, context,
                isLasting: isLasting)
        }
    }

    private mutating func readCanceled(_ snapshot: CaseSnapshot) -> Action {
        let byUs = known.doubt != .none
        return finish(
            Verdict(
                outcome: byUs ? .canceled : .alreadyCanceled, evidence: .readBack, status: known.status,
                message: byUs ? Explain.readBackCanceled : Explain.alreadyCanceled, snapshot: snapshot))
    }

    private mutating func readNotCanceled(
        _ snapshot: CaseSnapshot, _ question: Question, _ context: Context
    ) -> Action {
        if case .again = question.otherwise { return again(context) }
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
            var last = verdict(finding, .readBack)
            last.snapshot = snapshot
            return finish(last)
        case .again, .unknown:
            return leaveUnknown(question, snapshot)
        }
    }

    /// This reading says nothing. Try again, or, if that would bring the same (`isLasting`), go by the answer
    /// alone.
    private mutating func unreadable(
        _ question: Question, _ cause: Trouble, retryAfter: Milliseconds?, _ context: Context,
        isLasting: Bool = false
    ) -> Action {
        known.readTrouble = cause
        if case .again = question.otherwise { return again(context) }
        if isLasting, case .claim(let finding) = question.otherwise { return sayUnread(finding) }
        var next = question
        next.tries -= 1
        if !isLasting, next.tries > 0, let wait = tries.backoff.next(atLeast: retryAfter, context) {
            return pause(wait, then: .read(next))
        }
        return leaveUnknown(question)
    }

    /// Sends the cancel request once more, after a wait.
    private mutating func again(_ context: Context) -> Action {
        if let wait = tries.backoff.next(context) { return pause(wait, then: .cancel) }
        return finish(unknown(known.trouble ?? Explain.nothingKnown))
    }

    // MARK: - Tokens

    private mutating func credentialsRefused(_ answer: Answer, for step: Step) -> Action {
        if case .read(let question) = step {
            return refusedReading(question, answer)
        }
        known.status = answer.status
        return sayUnread(Finding(outcome: .denied, reason: .credentials, answer: answer))
    }

    /// The token for the reading is refused: that will not pass, so the answer alone must do.
    private mutating func refusedReading(_ question: Question, _ answer: Answer) -> Action {
        known.readTrouble = Explain.unreadable(answer)
        if case .claim(let finding) = question.otherwise { return sayUnread(finding) }
        return leaveUnknown(question)
    }

    private mutating func noToken(
        _ cause: Trouble, _ answer: Answer?, isFinal: Bool, for step: Step, _ context: Context
    ) -> Action {
        if known.doubt == .none { known.trouble = cause }
        if !known.wasSent { known.status = answer?.status ?? 0 }
        let mayTryAgain = tries.takeAuthorization()
        if !isFinal, mayTryAgain, let wait = tries.backoff.next(context) {
            return pause(wait, then: step)
        }
        if case .read(let question) = step {
            known.readTrouble = cause
            return leaveUnknown(question)
        }
        guard known.wasSent else { return finish(notSent(cause, isRetriable: !isFinal)) }
        return finish(unknown(known.trouble ?? cause))
    }

    // MARK: - Steps

    private mutating func perform(_ step: Step) -> Action {
        switch (state, step) {
        case (.waiting, _):
            // The token may have been replaced meanwhile, by another operation of the client.
            return authorize(then: step)
        case (_, .cancel):
            tries.takeAttempt()
            state = .canceling
            return .send(.cancel)
        case (_, .read(let question)):
            state = .reading(question)
            return .send(.read)
        }
    }

    private mutating func authorize(then step: Step, replacingRejected: Bool = false) -> Action {
        state = .authorizing(then: step)
        return .authorize(replacingRejected: replacingRejected)
    }

    private mutating func ask(_ question: Question) -> Action {
        state = .reading(question)
        return .send(.read)
    }

    private mutating func pause(_ wait: Milliseconds, then step: Step) -> Action {
        state = .waiting(then: step)
        return .wait(wait)
    }

    private mutating func finish(_ verdict: Verdict) -> Action {
        state = .finished
        return .finish(verdict)
    }

    // MARK: - Endings

    private mutating func stopped(_ stop: Stop, sent: Bool) -> Action {
        if case .canceling = state { known.wasSent = known.wasSent || sent }
        let cause = Explain.stopped(stop, during: known.trouble)
        return finish(known.wasSent ? unknown(cause) : notSent(cause, isRetriable: true))
    }

    /// The question stays without an answer.
    private mutating func leaveUnknown(_ question: Question, _ snapshot: CaseSnapshot? = nil) -> Action {
        let cause =
            switch question.otherwise {
            case .claim(let finding): known.trouble ?? Explain.serverError(finding.answer)
            case .unknown(let cause): cause
            case .again: known.trouble ?? Explain.nothingKnown
            }
        var last = unknown(cause)
        last.snapshot = snapshot
        return finish(last)
    }

    /// A finding without a reading: certain, unless a request of ours may have done more than we know.
    private mutating func sayUnread(_ finding: Finding) -> Action {
        guard known.doubt == .none else {
            return finish(unknown(known.trouble ?? Explain.serverError(finding.answer)))
        }
        return finish(verdict(finding, .response))
    }

    private func verdict(_ finding: Finding, _ evidence: Evidence) -> Verdict {
        Verdict(
            outcome: finding.outcome, reason: finding.reason, evidence: evidence, status: known.status,
            message: finding.answer.message ?? Explain.finding(finding.outcome, finding.reason),
            error: finding.answer.error, isRetriable: finding.isRetriable)
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
