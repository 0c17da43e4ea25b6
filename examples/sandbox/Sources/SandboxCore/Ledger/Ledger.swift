/// What really happened: the truth that a client's claims are held against.
public struct Ledger: Sendable {
    /// Cases with a row of their own; requests for further cases count in the totals only.
    public static let rowsMax = 2_000_000
    /// Rows in one answer.
    public static let pageMax = 10_000

    public struct Row: Sendable, Equatable {
        /// Cancel requests that arrived whole, whatever was answered.
        public var cancelRequests = 0
        /// Cancels that changed the case.
        public var cancelsApplied = 0
        /// Those of them that did so after their request was answered.
        public var cancelsAppliedLater = 0
        /// Reads of the case that arrived whole.
        public var reads = 0
    }

    public struct Totals: Sendable, Equatable {
        public var requests = 0
        public var authRequests = 0
        public var cancelRequests = 0
        public var cancelsApplied = 0
        public var cancelsAppliedLater = 0
        public var reads = 0
        public var lists = 0
        public var checks = 0
        public var faultsFired = 0
    }

    public private(set) var totals = Totals()
    private var rows: [String: Row] = [:]
    private var order: [String] = []

    public init() {}

    public func row(_ caseID: String) -> Row { rows[caseID] ?? Row() }

    public var rowCount: Int { order.count }

    /// Ids of touched cases in the order in which they were first asked for.
    public func caseIDs(offset: Int, limit: Int) -> ArraySlice<String> {
        order.dropFirst(max(0, offset)).prefix(max(0, min(limit, Self.pageMax)))
    }

    mutating func noteArrival(of operation: Operation?) {
        totals.requests += 1
        switch operation {
        case .authenticate: totals.authRequests += 1
        case .cancel(let id):
            totals.cancelRequests += 1
            update(id) { $0.cancelRequests += 1 }
        case .read(let id):
            totals.reads += 1
            update(id) { $0.reads += 1 }
        case .list: totals.lists += 1
        case .packages: totals.checks += 1
        case .cancelServices, .readServices, .cancelSearch, .control, nil: break
        }
    }

    mutating func noteApplied(_ caseID: String, later: Bool = false) {
        totals.cancelsApplied += 1
        totals.cancelsAppliedLater += later ? 1 : 0
        update(caseID) { row in
            row.cancelsApplied += 1
            row.cancelsAppliedLater += later ? 1 : 0
        }
    }

    mutating func noteFault() { totals.faultsFired += 1 }

    private mutating func update(_ caseID: String, _ change: (inout Row) -> Void) {
        if rows[caseID] == nil {
            guard order.count < Self.rowsMax else { return }
            order.append(caseID)
        }
        change(&rows[caseID, default: Row()])
    }
}
