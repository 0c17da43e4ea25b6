/// The simulated KarmaCheck: a value that turns calls into replies. It has no clock of its own and
/// opens no connection.
public struct World: Sendable {
    let options: WorldOptions
    var cases: CaseBook
    var ledger = Ledger()
    var tokens = TokenBook()
    var faults: FaultBook
    var work = WorkBook()
    var parts = PartBook()
    var random: SplitMix64

    public init(_ options: WorldOptions = WorldOptions()) {
        self.options = options
        cases = CaseBook(seeded: options.seededCases)
        faults = FaultBook(options.faults)
        random = SplitMix64(seed: options.seed)
    }

    /// A request that arrived whole: it enters the ledger, meets the faults, and is carried out
    /// unless a fault keeps it from that.
    public mutating func receive(_ call: Call, at now: Stamp) -> Reply {
        finishWork(at: now)
        switch Router.route(call.method, call.target) {
        case .operation(.control(let control)):
            return .answer(answer(control, body: call.body))
        case .operation(let operation):
            ledger.noteArrival(of: operation)
            parts.noteArrival(of: operation)
            let key = operation.caseID.flatMap(cases.key)
            let hasPast = key.map { wasChanged($0, operation) } ?? false
            let isAtWork = key.map { work.meanwhile(for: $0) != nil } ?? false
            guard let rule = faults.fire(on: operation, hasPast: hasPast, isAtWork: isAtWork) else {
                return .answer(carryOut(operation, call, at: now))
            }
            ledger.noteFault()
            return spoil(operation, call, with: rule, at: now)
        case .noRoute:
            ledger.noteArrival(of: nil)
            return .answer(.noRoute(call.method, call.target))
        case .wrongMethod(let allow):
            ledger.noteArrival(of: nil)
            return .answer(.methodNotAllowed(allow: allow))
        }
    }

    /// Carries out a call that a `handleLate` reply put off; it entered the ledger on arrival.
    public mutating func handleLate(_ call: Call, at now: Stamp) -> Answer {
        finishWork(at: now)
        guard case .operation(let operation) = Router.route(call.method, call.target) else {
            return .noRoute(call.method, call.target)
        }
        return carryOut(operation, call, at: now)
    }

    private func wasChanged(_ key: CaseBook.Key, _ operation: Operation) -> Bool {
        cases.wasCanceledHere(key) || operation.caseID.map(parts.wasCanceledHere) ?? false
    }

    /// How a case stands in the ledger, for programs that hold a world directly.
    public func ledgerRow(_ caseID: String) -> Ledger.Row { ledger.row(caseID) }

    public func isCanceled(_ caseID: String) -> Bool {
        cases.key(of: caseID).map { cases.record($0).isCanceled } ?? false
    }
}
