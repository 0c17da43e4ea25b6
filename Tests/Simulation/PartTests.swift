import Foundation
import Testing

@testable import KCaseClient
@testable import KCaseFurtherMachines
@testable import KCaseProtocol

/// Cancels of services against a simulated KarmaCheck that carries lists out as a whole, in part, or in part
/// with an acceptance. KCASE_HISTORIES sets how many histories, KCASE_PART_SEED runs a single one.
@Suite("Simulated cancels of services")
struct PartTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    @Test("no claim about a service is false")
    func claims() {
        if let seed = Self.number("KCASE_PART_SEED") {
            let history = PartHistory.drawn(seed)
            let complaint = history.complaint()
            for judgment in history.judgments { print(String(cString: judgment.result.jsonText)) }
            #expect(complaint == nil, "seed \(seed)")
            return
        }
        let count = Self.number("KCASE_HISTORIES") ?? 20_000
        var outcomes: [String: Int] = [:]
        var complaints: [String] = []
        for seed in 0..<count {
            let history = PartHistory.drawn(seed)
            for claim in history.judgments.flatMap({ $0.result.verdict.servicesList }) {
                outcomes[claim.outcome.name.description, default: 0] += 1
            }
            if let complaint = history.complaint() { complaints.append("seed \(seed): \(complaint)") }
        }
        print("services: \(count) histories, \(complaints.count) with a false claim,")
        for (outcome, times) in outcomes.sorted(by: { $0.value > $1.value }) {
            print("  \(outcome): \(times)")
        }
        #expect(complaints.isEmpty, "\(complaints.count): \(complaints.prefix(10).joined(separator: "; "))")
        // A simulation that never gets somewhere proves nothing about it.
        #expect(outcomes.count == 8)
    }

    @Test("the check can fail: a rule that is wrong is caught", arguments: PartFlip.allCases)
    func flipped(rule: PartFlip) {
        var caught = 0
        var seed: UInt64 = 0
        while caught < 3, seed < 20_000 {
            if PartHistory.drawn(seed, flip: rule).complaint() != nil { caught += 1 }
            seed += 1
        }
        #expect(caught == 3)
    }
}
