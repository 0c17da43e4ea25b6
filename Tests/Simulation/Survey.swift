import Foundation
import Testing

@testable import KCaseProtocol

/// Many histories, each drawn from a seed of its own: what was claimed in them, and what of it is false.
struct Survey {
    private var outcomes: [String: Int] = [:]
    private var complaints: [String] = []

    /// What a variable of the environment says.
    static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
    }

    /// How many histories are wanted.
    static var count: UInt64 { number("KCASE_HISTORIES") ?? 20_000 }

    /// Notes what one history claimed, and what is wrong with it.
    mutating func note(_ seed: UInt64, _ claims: [Outcome], _ complaint: String?) {
        for outcome in claims { outcomes[outcome.name.description, default: 0] += 1 }
        if let complaint { complaints.append("seed \(seed): \(complaint)") }
    }

    /// Fails if a claim is false, or if an outcome that canceling can have never came: histories that get
    /// nowhere prove nothing.
    func conclude(_ title: String) {
        print("\(title), \(complaints.count) with a false claim")
        for (outcome, times) in outcomes.sorted(by: { $0.value > $1.value }) {
            print("  \(outcome): \(times)")
        }
        #expect(complaints.isEmpty, "\(complaints.count): \(complaints.prefix(10).joined(separator: "; "))")
        #expect(outcomes.count == 8)
    }

    /// In how many histories something is wrong, three at most, if it is in so many of the first.
    static func caught(_ complaint: (UInt64) -> String?) -> Int {
        var caught = 0
        var seed: UInt64 = 0
        while caught < 3, seed < 20_000 {
            if complaint(seed) != nil { caught += 1 }
            seed += 1
        }
        return caught
    }
}
