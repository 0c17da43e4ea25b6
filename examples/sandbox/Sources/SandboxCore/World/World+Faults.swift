/// The API's operations as they answer when a fault rule says so.
extension World {
    mutating func spoil(
        _ operation: Operation, _ call: Call, with rule: FaultRule, at now: Stamp
    ) -> Reply {
        let real = takeEffect(rule.effect, operation, call, at: now)
        let request = SpoiledRequest(
            operation: operation, method: call.method, target: call.target,
            originalCase: originalCase(of: operation))
        switch rule.kind {
        case .answer(let answer): return .answer(answer.answer(to: request))
        case .resetBefore: return .end(.reset)
        case .closeBefore: return .end(.close)
        case .hang(let delayMS): return .hang(delayMS: delayMS)
        case .garbage: return .raw(Self.garbage)
        case .oversize(let answer, let bytes):
            return .stream(
                answer.answer(to: request).with("Content-Type", "application/json"), bytes: bytes)
        case .slow(let delayMS):
            return real.map { .answerLate($0, delayMS: delayMS) } ?? .handleLate(delayMS: delayMS)
        case .partial(let count, let status):
            return partially(operation, call, count, status, at: now)
        case .staleRead: return .answer(show(operation, call, asOf: nil))
        case .lag(let lagMS):
            return .answer(show(operation, call, asOf: now.adding(milliseconds: -Int64(lagMS))))
        case .blemish(let blemish): return .answer(show(operation, call, with: blemish, at: now))
        case .revoke(let scope, let status):
            tokens.revoke(scope, carriedBy: call.authorization, answering: status)
            return .answer(.revokedToken(status, operation))
        case .atWork(let workMS, let meanwhile):
            return workOn(operation, call, workMS, meanwhile, at: now)
        case .truncate(let answer):
            return cut(answer?.answer(to: request) ?? real, operation, call, .close, now)
        case .resetDuring(let answer):
            return cut(answer?.answer(to: request) ?? real, operation, call, .reset, now)
        }
    }

    /// Carries the request out now or later; its real answer, where there is one by now.
    private mutating func takeEffect(
        _ effect: FaultEffect, _ operation: Operation, _ call: Call, at now: Stamp
    ) -> Answer? {
        switch effect {
        case .none: return nil
        case .before: return carryOut(operation, call, at: now)
        case .later(let delayMS, let meanwhile):
            beginWork(operation, call, afterMS: delayMS, meanwhile: meanwhile, at: now)
            return nil
        }
    }

    /// Carries out the beginning of a list, and answers as if it were nothing.
    private mutating func partially(
        _ operation: Operation, _ call: Call, _ count: Int, _ status: Int, at now: Stamp
    ) -> Reply {
        guard case .cancelServices(let id) = operation, tokens.accepts(call.authorization) else {
            return .answer(carryOut(operation, call, at: now))
        }
        let real = cancelServices(id, call.body, atMost: count, at: now)
        return .answer(real.status == 200 ? FaultAnswer.documented(status, for: operation) : real)
    }

    private func originalCase(of operation: Operation) -> JSON? {
        guard let key = operation.caseID.flatMap(cases.key) else { return nil }
        let record = cases.original(key)
        return record.group == .home ? record.summary : nil
    }

    private func show(_ operation: Operation, _ call: Call, asOf moment: Stamp?) -> Answer {
        reading(operation, call, asOf: moment)?.answer ?? .empty(500)
    }

    private func show(
        _ operation: Operation, _ call: Call, with blemish: Blemish, at now: Stamp
    ) -> Answer {
        let moment = now.adding(milliseconds: -Int64(blemish.ageMS))
        guard let shown = reading(operation, call, asOf: moment),
            let original = reading(operation, call, asOf: nil)
        else { return .empty(500) }
        guard case .summaries(let summaries) = shown, case .summaries(let originals) = original else {
            return shown.answer
        }
        return blemish.answer(summaries, originals: originals)
    }

    /// A cancel that is refused is refused at once.
    private mutating func workOn(
        _ operation: Operation, _ call: Call, _ workMS: Int, _ meanwhile: FaultEffect.Meanwhile,
        at now: Stamp
    ) -> Reply {
        guard let key = operation.caseID.flatMap(cases.key), tokens.accepts(call.authorization),
            cases.record(key).group == .home, CancelVerdict(for: cases.record(key)) == .allowed
        else { return .answer(carryOut(operation, call, at: now)) }
        beginWork(operation, call, afterMS: workMS, meanwhile: meanwhile, at: now)
        return .answerLate(.empty(200), delayMS: workMS)
    }

    /// Half of an answer. A cancel that was not carried out has no real answer to cut, so it gets
    /// one that looks like success: a client must not believe half an answer.
    private mutating func cut(
        _ given: Answer?, _ operation: Operation, _ call: Call, _ ending: Reply.Ending, _ now: Stamp
    ) -> Reply {
        var answer: Answer
        if let given {
            answer = given
        } else if operation.isCancel {
            answer = .empty(200)
        } else {
            answer = carryOut(operation, call, at: now)
        }
        if answer.body.count < 2 {
            answer.body = Self.filler.utf8
        }
        return .cut(
            answer, sent: answer.body.count / 2, declared: answer.body.count, ending)
    }

    private static let filler: JSON = ["message": "This answer is cut short on purpose."]

    /// The start of a TLS record, as a plain client sees it on the wrong port, and noise.
    private static let garbage: [UInt8] =
        [0x16, 0x03, 0x03, 0x00, 0x40] + (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
}
