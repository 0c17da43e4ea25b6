import Testing

@testable import KCase
@testable import KCaseClient
@testable import KCaseProtocol
@testable import KCaseSystem

/// The machine and its driver against a simulated KarmaCheck: many histories, each held against what really
/// happened. KCASE_HISTORIES sets how many, KCASE_SEED runs a single one.
@Suite("Simulated histories")
struct SimulationTests {
    @Test("no claim is false, and nothing settled turns out otherwise")
    func claims() {
        if let seed = Survey.number("KCASE_SEED") {
            let history = History.drawn(seed)
            let complaint = history.complaint()
            print(history.summary)
            #expect(complaint == nil, "seed \(seed)")
            return
        }
        var survey = Survey()
        var calls = 0
        var settled = 0
        for seed in 0..<Survey.count {
            let history = History.drawn(seed)
            calls += history.calls.count
            settled += history.calls.dropLast().count { $0.result.verdict.isSettled }
            survey.note(seed, history.calls.map(\.result.verdict.outcome), history.complaint())
        }
        print("simulation: \(settled) settled results were asked for again")
        survey.conclude("simulation: \(Survey.count) histories of \(calls) calls")
    }

    @Test("the check can fail: a rule that is wrong is caught", arguments: Flip.allCases)
    func flipped(rule: Flip) {
        #expect(Survey.caught { History.drawn($0, flip: rule).complaint() } == 3)
    }

    @Test("a protocol that takes a refusal for an acceptance is caught each time")
    func flippedRefusal() {
        var caught = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let history = History(seed: seed, FaultRates(), &random, flip: .refusalAccepts)
            history.service.subject.startsAt = history.service.now
            history.call(history.patientOptions)
            if history.complaint() != nil { caught += 1 }
        }
        #expect(caught == 200)
    }

    @Test(
        "one lost answer and a working reading: never unknown", arguments: SimulatedService.Trouble.allCases)
    func oneLoss(kind: SimulatedService.Trouble) {
        var unknown: [UInt64] = []
        for seed in 0..<3000 as Range<UInt64> {
            let history = History.withOneTrouble(kind, seed)
            #expect(history.complaint() == nil, "seed \(seed)")
            if case .unknown = history.result.verdict.outcome { unknown.append(seed) }
        }
        #expect(unknown.isEmpty)
    }
}

extension History {
    /// What happened, for a person who looks into a seed.
    var summary: String {
        let sent = calls.map { call in
            call.transport.exchanges.map { exchange in
                "  \(exchange.begunAt.milliseconds) \(exchange.path) sent: \(exchange.wasSent),"
                    + " answer: \(exchange.end.map { "\($0.answer.status) \($0.answer.body)" } ?? "none")"
            }.joined(separator: "\n") + "\n" + String(cString: call.result.jsonText)
        }
        return """
            \(service.faults)
            exists: \(service.subject.exists), ours: \(service.subject.isOurs), \
            canceled by a request: \(service.subject.canceledBy != nil), \
            at: \(service.subject.canceledAt.map { "\($0)" } ?? "never")
            \(sent.joined(separator: "\n"))
            """
    }

    /// The first cancel request, or its answer, is lost, or ends in an error; everything else works.
    static func withOneTrouble(_ kind: SimulatedService.Trouble, _ seed: UInt64) -> History {
        var random = SeededRandom(seed: seed)
        let history = History(seed: seed, FaultRates(), &random)
        history.service.subject.trouble = kind
        if random.happens(0.2) {
            history.service.subject.startsAt = history.service.now + random.time(0...2000)
        }
        history.call(history.patientOptions)
        return history
    }
}
