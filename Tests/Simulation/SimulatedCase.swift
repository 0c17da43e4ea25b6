@testable import KCaseKarmaCheck
@testable import KCaseSystem

/// A case of the simulated service, and the truth about it: when it was canceled, and by whom.
final class SimulatedCase {
    let id: String
    var exists = true
    var isOurs = true
    var startsAt: Instant?
    private(set) var canceledAt: Instant?
    /// The request that did it; nil if somebody else did.
    private(set) var canceledBy: SimulatedExchange?
    /// When somebody else last changed it.
    private(set) var lastChangedByOthers: Instant?

    var cancelsArrived = 0
    /// Cancel requests that the server still works on.
    var cancelsAtWork = 0
    /// Its services, and how a list of them is carried out.
    var parts: [SimulatedPart] = []
    var manner = ListManner.all
    /// One thing that goes wrong with the first cancel request, and then never again.
    var trouble: SimulatedService.Trouble?

    private static let prefix = "e074241e-36e8-444b-bf55-"

    init(_ number: Int) {
        let digits = String(number)
        id = Self.prefix + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// Which of the service's cases has this id.
    static func number(_ id: String) -> Int? {
        id.hasPrefix(prefix) ? Int(id.dropFirst(prefix.count)) : nil
    }

    var caseID: CaseID {
        let text = CText(id)
        defer { withExtendedLifetime(text) {} }
        guard let caseID = try? CaseID(GivenText(text.pointer)) else { fatalError("case id") }
        return caseID
    }

    /// What is true of it, and what others do to it.
    func draw(_ service: SimulatedService, _ random: inout SeededRandom) {
        exists = !random.happens(0.08)
        isOurs = !random.happens(0.05)
        if random.happens(0.15) { startsAt = service.now + random.time(-1000...20_000) }
        if random.happens(0.15) {
            service.at(service.now + random.time(-1000...20_000)) { [self] in cancel(at: $0.now, by: nil)
            }
        }
    }

    func cancel(at now: Instant, by exchange: SimulatedExchange?) {
        guard exists, canceledAt == nil else { return }
        if exchange == nil {
            if let startsAt, startsAt <= now { return }
            lastChangedByOthers = now
        }
        canceledAt = now
        canceledBy = exchange
    }

    /// Whether somebody else changed it in this time.
    func wasChangedByOthers(from start: Instant, to end: Instant) -> Bool {
        [startsAt, lastChangedByOthers].contains { $0.map { $0 > start && $0 <= end } ?? false }
    }
}
