/// The API's operations as they answer when a fault rule says so.
extension World {
    mutating func spoil(
        _ operation: Operation, _ call: Call, with rule: FaultRule, at now: Stamp
    ) -> Reply {
        let real = rule.effect ? carryOut(operation, call, at: now) : nil
        switch rule.kind {
        case .answer(let answer): return .answer(answer.answer(to: operation))
        case .resetBefore: return .end(.reset)
        case .closeBefore: return .end(.close)
        case .hang(let delayMS): return .hang(delayMS: delayMS)
        case .garbage: return .raw(Self.garbage)
        case .oversize(let answer, let bytes):
            return .stream(
                answer.answer(to: operation).with("Content-Type", "application/json"), bytes: bytes)
        case .slow(let delayMS):
            return real.map { .answerLate($0, delayMS: delayMS) } ?? .handleLate(delayMS: delayMS)
        case .staleRead:
            return .answer(readStale(operation.caseID ?? "", call.authorization))
        case .truncate(let answer):
            return cut(answer?.answer(to: operation) ?? real, operation, call, .close, now)
        case .resetDuring(let answer):
            return cut(answer?.answer(to: operation) ?? real, operation, call, .reset, now)
        }
    }

    /// Half of an answer. A cancel that was not carried out has no real answer to cut, so it gets
    /// one that looks like success: a client must not believe half an answer.
    private mutating func cut(
        _ given: Answer?, _ operation: Operation, _ call: Call, _ ending: Reply.Ending, _ now: Stamp
    ) -> Reply {
        var answer: Answer
        if let given {
            answer = given
        } else if case .cancel = operation {
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
