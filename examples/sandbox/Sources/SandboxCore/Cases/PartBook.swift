/// The services and searches that were canceled here, and how often that was asked for.
struct PartBook: Sendable {
    /// The most cases, services and searches that are remembered; beyond it, cancels are refused.
    static let entriesMax = 1_000_000

    /// What was asked about one case.
    struct Counts: Sendable {
        /// Requests to cancel services that arrived whole.
        var cancelRequests = 0
        var searchRequests = 0
        var reads = 0
    }

    private var cancels: [String: Stamp] = [:]
    private var applied: [String: Int] = [:]
    private var counts: [String: Counts] = [:]

    /// Whether anything of the case was canceled here.
    func wasCanceledHere(_ caseID: String) -> Bool {
        ServiceRecord.all.contains { cancels[$0.dataID(of: caseID)] != nil }
    }

    /// When a service or search was canceled here, by the id of its record.
    func canceled(_ dataID: String) -> Stamp? { cancels[dataID] }

    func timesApplied(_ dataID: String) -> Int { applied[dataID] ?? 0 }

    /// False: there is no room.
    mutating func cancel(_ dataID: String, at now: Stamp) -> Bool {
        guard cancels.count < Self.entriesMax else { return false }
        if cancels[dataID] == nil { cancels[dataID] = now }
        applied[dataID, default: 0] += 1
        return true
    }

    func counts(of caseID: String) -> Counts { counts[caseID] ?? Counts() }

    mutating func noteArrival(of operation: Operation) {
        guard let caseID = operation.caseID, counts[caseID] != nil || counts.count < Self.entriesMax
        else { return }
        switch operation {
        case .cancelServices: counts[caseID, default: Counts()].cancelRequests += 1
        case .cancelSearch: counts[caseID, default: Counts()].searchRequests += 1
        case .readServices: counts[caseID, default: Counts()].reads += 1
        default: break
        }
    }
}
