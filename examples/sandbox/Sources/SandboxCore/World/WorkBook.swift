/// The cancels that the service still works on. It has no clock: what is due is taken when somebody asks.
struct WorkBook: Sendable {
    /// Beyond it, further work is refused, and its caller does it at once.
    static let itemsMax = 10_000

    struct Item: Sendable {
        let key: CaseBook.Key
        let caseID: String
        let due: Stamp
        let meanwhile: FaultEffect.Meanwhile?
        /// The body of a request that cancels services; nothing where it is the case.
        var services: [UInt8]?
    }

    private var items: [Item] = []

    /// False: there is no room.
    mutating func add(_ item: Item) -> Bool {
        guard items.count < Self.itemsMax else { return false }
        items.append(item)
        return true
    }

    /// What is due by now, the earliest first.
    mutating func takeDue(at now: Stamp) -> [Item] {
        guard !items.isEmpty else { return [] }
        let due = items.filter { $0.due <= now }
        if !due.isEmpty { items.removeAll { $0.due <= now } }
        return due.sorted { $0.due < $1.due }
    }

    func count(of caseID: String) -> Int {
        items.count { $0.caseID == caseID }
    }

    /// What further cancels of the case are answered with now.
    func meanwhile(for key: CaseBook.Key) -> FaultEffect.Meanwhile? {
        items.first { $0.key == key && $0.meanwhile != nil }?.meanwhile
    }
}
