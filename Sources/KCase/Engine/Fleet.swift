/// Drives many cancels side by side over one wire, on the calling thread.
final class Fleet<Link: Wire> {
    /// A case that waits for its turn.
    private struct Order {
        let caseID: CaseID
        let options: CallOptions
        let mark: UInt
    }

    /// A cancel under way.
    private final class Voyage {
        var run: Run<CancelMachine, Link>
        let tag: String?
        let mark: UInt
        /// Whether it is counted among the exchanges.
        var countsAsExchange = false

        init(_ run: consuming Run<CancelMachine, Link>, tag: String?, mark: UInt) {
            self.run = run
            self.tag = tag
            self.mark = mark
        }
    }

    private let configuration: Configuration
    private let process: ProcessState
    private let wire: Link
    private let inFlightMax: Int

    private var orders = Queue<Order>()
    private var voyages: [Voyage?]
    private var free: [Int]
    private var results = Queue<CallResult>()
    private var exchanges = 0
    /// No voyage has anything to do before, if nothing happens.
    private var earliest = Milliseconds.max
    /// Cases that were given another mark than this are to end.
    private var mark: UInt = 0
    private var tally = Tally()

    init(_ configuration: Configuration, _ process: ProcessState, _ wire: Link, inFlightMax: Int) {
        self.configuration = configuration
        self.process = process
        self.wire = wire
        self.inFlightMax = inFlightMax
        voyages = Array(repeating: nil, count: inFlightMax)
        free = Array((0..<inFlightMax).reversed())
    }

    /// Names the fleet to the store of tokens.
    var minder: UInt { UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()) }

    var waiting: Int { orders.count }
    var inFlight: Int { inFlightMax - free.count }
    var ready: Int { results.count }
    var pending: Int { waiting + inFlight + ready }

    /// Takes a case; it ends early when `work` is given another mark.
    func add(_ caseID: CaseID, _ options: CallOptions, mark: UInt) {
        tally.added(at: wire.moment().now)
        orders.append(Order(caseID: caseID, options: options, mark: mark))
    }

    /// Takes a case that has its result already.
    func add(_ result: CallResult) {
        let now = wire.moment().now
        tally.added(at: now)
        deliver(result, now)
    }

    /// What was done until now, by the cases under way, too.
    var tallySoFar: Tally {
        var sum = tally
        for voyage in voyages.compactMap({ $0 }) { sum.count(voyage.run.attempts) }
        return sum
    }

    func next() -> CallResult? {
        let result = results.popFirst()
        if result != nil { tally.fetched += 1 }
        return result
    }

    /// When there will be something to do, if nothing happens before; nil: never.
    var nextLook: Milliseconds? {
        if ready > 0 { return 0 }
        guard pending > 0 else { return nil }
        var moment = earliest
        if !orders.isEmpty, hasRoom { moment = min(moment, process.pace.nextTurn(at: wire.moment().now)) }
        return moment == .max ? nil : moment
    }

    /// Does all that can be done without waiting.
    func work(mark: UInt) {
        heed(mark)
        var goesOn = true
        while goesOn {
            goesOn = false
            while let finished = wire.advance() {
                goesOn = true
                end(finished)
            }
            if lookIfDue() { goesOn = true }
            if launch() { goesOn = true }
        }
    }

    /// Breaks off everything that is under way. Nobody learns of it.
    func sink() {
        let moment = wire.moment()
        for voyage in voyages.compactMap({ $0 }) { voyage.run.stop(.interrupt, moment) }
    }

    // MARK: - Under way

    private func end(_ finished: Finished<Link.Exchange>) {
        let index = finished.exchange.owner
        guard voyages.indices.contains(index), let voyage = voyages[index] else {
            return wire.end(finished.exchange)
        }
        voyage.run.end(finished, wire.moment())
        settle(index, voyage)
    }

    /// Whether anything was done.
    private func lookIfDue() -> Bool {
        let wasWoken = wire.takeWakeUp()
        let moment = wire.moment()
        guard wasWoken || moment.now >= earliest else { return false }
        var isAny = false
        earliest = .max
        for (index, voyage) in voyages.enumerated() {
            guard let voyage else { continue }
            if moment.now >= voyage.run.nextLook || (wasWoken && voyage.run.awaitsToken) {
                voyage.run.look(moment)
                isAny = true
            }
            settle(index, voyage)
        }
        return isAny
    }

    /// Notes what a voyage waits for now, or brings in its result.
    private func settle(_ index: Int, _ voyage: Voyage) {
        // Who waits for a token will have one, soon and together with the others.
        let counts = voyage.run.hasExchange || voyage.run.awaitsToken
        if counts != voyage.countsAsExchange {
            voyage.countsAsExchange = counts
            exchanges += counts ? 1 : -1
        }
        guard let conclusion = voyage.run.conclusion else {
            earliest = min(earliest, voyage.run.nextLook)
            return
        }
        voyages[index] = nil
        free.append(index)
        bringIn(conclusion, voyage.run.operation, tag: voyage.tag)
    }

    private func bringIn(_ conclusion: Conclusion, _ operation: Operation, tag: String?) {
        tally.count(conclusion.attempts)
        deliver(CallResult(conclusion, operation, tag: tag), operation.began + conclusion.elapsed)
    }

    private func deliver(_ result: CallResult, _ now: Milliseconds) {
        tally.finished(result.verdict.outcome, at: now)
        results.append(result)
    }

    // MARK: - Beginning

    private var hasRoom: Bool { !free.isEmpty && wire.hasRoom(beside: exchanges) }

    /// Begins what may begin now; whether anything did.
    private func launch() -> Bool {
        var isAny = false
        while hasRoom {
            let moment = wire.moment()
            guard process.pace.nextTurn(at: moment.now) <= moment.now, let order = orders.popFirst(),
                let index = free.popLast()
            else { break }
            isAny = true
            begin(order, index, moment)
        }
        return isAny
    }

    private func begin(_ order: Order, _ index: Int, _ moment: Moment) {
        let (operation, machine) = prepare(order, moment)
        let voyage = Voyage(
            Run(machine, operation, process, wire, moment, owner: index, minder: minder),
            tag: order.options.tag,
            mark: order.mark)
        voyages[index] = voyage
        voyage.run.begin()
        settle(index, voyage)
    }

    private func prepare(_ order: Order, _ moment: Moment) -> (Operation, CancelMachine) {
        let operation = Operation(configuration, order.caseID, order.options, now: moment.now)
        let machine = CancelMachine(
            policy: order.options.retry, deadline: operation.deadline, confirm: order.options.confirm,
            canMintToken: configuration.credentials.canMint)
        return (operation, machine)
    }

    // MARK: - Interrupts

    /// Ends every case that was given another mark.
    private func heed(_ mark: UInt) {
        guard mark != self.mark else { return }
        self.mark = mark
        let moment = wire.moment()
        for (index, voyage) in voyages.enumerated() {
            guard let voyage, voyage.mark != mark else { continue }
            voyage.run.stop(.interrupt, moment)
            settle(index, voyage)
        }
        var kept = Queue<Order>()
        while let order = orders.popFirst() {
            if order.mark == mark {
                kept.append(order)
            } else {
                let (operation, machine) = prepare(order, moment)
                bringIn(
                    Conclusion(machine, .stopped(.interrupt, sent: false), operation, now: moment.now),
                    operation, tag: order.options.tag)
            }
        }
        orders = kept
    }
}
