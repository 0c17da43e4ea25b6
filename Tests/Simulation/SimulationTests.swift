import Foundation
import Testing

@testable import KCase
@testable import KCaseProtocol
@testable import KCaseSystem

/// The machine and the engine against a simulated KarmaCheck: many histories, each held against what really
/// happened. KCASE_HISTORIES sets how many, KCASE_SEED runs a single one.
@Suite("Simulated histories")
struct SimulationTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    @Test("no claim is false")
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
        var complaints: [String] = []
        for seed in 0..<count {
            let history = History.drawn(seed)
            outcomes[history.result.verdict.outcome.name.description, default: 0] += 1
            if let complaint = history.complaint() { complaints.append("seed \(seed): \(complaint)") }
        }
        print("simulation: \(count) histories, \(complaints.count) false claims")
        for (outcome, times) in outcomes.sorted(by: { $0.value > $1.value }) {
            print("  \(outcome): \(times)")
        }
        #expect(complaints.isEmpty, "\(complaints.count): \(complaints.prefix(10).joined(separator: "; "))")
        // A simulation that never gets somewhere proves nothing about it.
        #expect(outcomes.count == 8)
    }

    @Test("the check can fail: a protocol that takes a refusal for an acceptance is caught")
    func flippedRow() {
        var caught = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let history = History(seed: seed, FaultRates(), &random, flipped: true, calm: true) {
                service, _ in
                service.subject.startsAt = service.now
            }
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
        let sent = transport.exchanges.map { exchange in
            "  \(exchange.path) sent: \(exchange.wasSent),"
                + " answer: \(exchange.end.map { "\($0.answer.status)" } ?? "none")"
        }
        return """
            \(service.faults)
            exists: \(service.subject.exists), ours: \(service.subject.isOurs), \
            canceled by us: \(service.subject.wasCanceledByUs), \
            at: \(service.subject.canceledAt.map { "\($0)" } ?? "never")
            \(sent.joined(separator: "\n"))
            \(String(cString: result.jsonText))
            """
    }

    /// The first cancel request, or its answer, is lost, or ends in an error; everything else works.
    static func withOneTrouble(_ kind: SimulatedService.Trouble, _ seed: UInt64) -> History {
        var random = SeededRandom(seed: seed)
        return History(seed: seed, FaultRates(), &random, calm: true) { service, random in
            service.subject.trouble = kind
            if random.happens(0.2) { service.subject.startsAt = service.now + random.time(0...2000) }
        }
    }
}
