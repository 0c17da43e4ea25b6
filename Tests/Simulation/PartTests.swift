import Testing

@testable import KCaseClient
@testable import KCaseFurtherMachines
@testable import KCaseProtocol

/// Cancels of services against a simulated KarmaCheck that carries lists out as a whole, in part, or in part
/// with an acceptance. KCASE_HISTORIES sets how many histories, KCASE_PART_SEED runs a single one.
@Suite("Simulated cancels of services")
struct PartTests {
    @Test("no claim about a service is false")
    func claims() {
        if let seed = Survey.number("KCASE_PART_SEED") {
            let history = PartHistory.drawn(seed)
            let complaint = history.complaint()
            for judgment in history.judgments { print(String(cString: judgment.result.jsonText)) }
            #expect(complaint == nil, "seed \(seed)")
            return
        }
        var survey = Survey()
        for seed in 0..<Survey.count {
            let history = PartHistory.drawn(seed)
            let claims = history.judgments.flatMap { $0.result.verdict.servicesList }
            survey.note(seed, claims.map(\.outcome), history.complaint())
        }
        survey.conclude("simulation: \(Survey.count) histories of services")
    }

    @Test("the check can fail: a rule that is wrong is caught", arguments: PartFlip.allCases)
    func flipped(rule: PartFlip) {
        #expect(Survey.caught { PartHistory.drawn($0, flip: rule).complaint() } == 3)
    }
}
