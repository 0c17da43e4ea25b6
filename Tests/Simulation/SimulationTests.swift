import Foundation
import Testing

@testable import KCase
@testable import KCaseClient
@testable import KCaseProtocol
@testable import KCaseSystem

/// The machine and its driver against a simulated KarmaCheck: many histories, each held against what really
/// happened. KCASE_HISTORIES sets how many, KCASE_SEED runs a single one.
@Suite("Simulated histories")
struct SimulationTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    @Test("no claim is false, and nothing settled turns out otherwise")
    func claims() {
        if let seed = Self.number("KCASE_SEED") {
            let history = History.drawn(seed)
            let complaint = history.complaint()
            print(history.summary)
            #expect(complaint == nil, "seed \(seed)")
            return
        }
        let count = Self.number("KCASE_HISTORIES") ?? 20_000
        var outcomes: [String: Int] = [:]
        var calls = 0
        var settled = 0
        var complaints: [String] = []
        for seed in 0..<count {
            let history = History.drawn(seed)
            for call in history.calls {
                outcomes[call.result.verdict.outcome.name.description, default: 0] += 1
            }
            calls += history.calls.count
            settled += history.calls.dropLast().count { $0.result.verdict.isSettled }
            if let complaint = history.complaint() { complaints.append("seed \(seed): \(complaint)") }
        }
        print("simulation: \(count) histories of \(calls) calls, \(complaints.count) false claims,")
        print("  \(settled) settled results were asked for again")
        for (outcome, times) in outcomes.sorted(by: { $0.value > $1.value }) {
            print("  \(outcome): \(times)")
        }
        #expect(complaints.isEmpty, "\(complaints.count): \(complaints.prefix(10).joined(separator: "; "))")
        // A simulation that never gets somewhere proves nothing about it.
        #expect(outcomes.count == 8)
    }

    @Test("the check can fail: a rule that is wrong is caught", arguments: Flip.allCases)
    func flipped(rule: Flip) {
        var caught = 0
        var seed: UInt64 = 0
        while caught < 3, seed < 20_000 {
            if History.drawn(seed, flip: rule).complaint() != nil { caught += 1 }
            seed += 1
        }
        #expect(caught == 3)
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
