import KCaseFurtherMachines
import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Drives many operations side by side over one transport, on the calling thread. `Result` is what each ends
/// with.
package final class BatchDriver<Link: Transport, Result> {
    /// A case that waits to be begun.
    private struct QueuedCase {
        let kind: OperationKind
        let caseID: CaseID
        let options: OperationOptions
        let tag: String?
        let interruptMark: UInt
    }

    private final class OperationInFlight {
        var driver: OperationDriver<AnyMachine, Link>
        let tag: String?
        let interruptMark: UInt
        /// Whether it is counted among the exchanges.
        var countsAsExchange = false

        init(
            _ driver: consuming OperationDriver<AnyMachine, Link>, tag: String?, interruptMark: UInt
        ) {
            self.driver = driver
            self.tag = tag
            self.interruptMark = interruptMark
        }
    }

    private let account: Account
    private let process: ProcessState
    private let transport: Link
    private let inFlightMax: Int
    private let makeResult: (Conclusion, Operation, _ tag: String?) -> Result

    private var queue = Queue<QueuedCase>()
    private var operations: [OperationInFlight?]
    private var freeIndices: [Int]
    private var results = Queue<Result>()
    private var exchanges = 0
    /// When the first case of the queue may begin: a turn of its own, so that what is in flight and goes on
    /// asking does not get all of them.
    private var turn: Instant?
    /// No operation has anything to do before, if nothing happens.
    private var earliestDeadline = Instant.distantFuture
    /// Cases that were given another mark than this are to end.
    private var interruptMark: UInt = 0
    private var statistics = BatchStatistics()

    package init(
        _ account: Account, _ process: ProcessState, _ transport: Link, inFlightMax: Int,
        makeResult: @escaping (Conclusion, Operation, _ tag: String?) -> Result
    ) {
        self.account = account
        self.process = process
        self.transport = transport
        self.inFlightMax = inFlightMax
        self.makeResult = makeResult
        operations = Array(repeating: nil, count: inFlightMax)
        freeIndices = Array((0..<inFlightMax).reversed())
    }

    /// Names the driver to the store of tokens.
    package var id: UInt { UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()) }

    package var waiting: Int { queue.count }
    package var inFlight: Int { inFlightMax - freeIndices.count }
    package var ready: Int { results.count }
    package var pending: Int { waiting + inFlight + ready }

    /// Takes a case; it ends early when `work` is given another mark.
    package func add(
        _ kind: OperationKind, _ caseID: CaseID, _ options: OperationOptions, tag: String?,
        interruptMark: UInt
    ) {
        statistics.added(at: transport.readClock().now)
        queue.append(
            QueuedCase(
                kind: kind, caseID: caseID, options: options, tag: tag, interruptMark: interruptMark))
    }

    /// Takes an operation that was begun alone, over the same transport, as the first case.
    package func add(_ call: OperationUnderWay, tag: String?, interruptMark: UInt)
    where Link == HeldSession {
        guard var driver = call.driver.take(), let index = freeIndices.popLast() else { return }
        statistics.added(at: driver.operation.began)
        driver.handOver(to: index, driverID: id)
        let inFlight = OperationInFlight(driver, tag: tag, interruptMark: interruptMark)
        operations[index] = inFlight
        update(index, inFlight)
        if exchanges == 0 { transport.release() }
    }

    /// Takes a case that has its result already.
    package func add(_ result: Result, _ outcome: Outcome) {
        let now = transport.readClock().now
        statistics.added(at: now)
        deliver(result, outcome, now)
    }

    /// What was done until now, by the operations in flight, too.
    package var statisticsSoFar: BatchStatistics {
        var sum = statistics
        for operation in operations.compactMap({ $0 }) { sum.count(operation.driver.attempts) }
        return sum
    }

    package func next() -> Result? {
        let result = results.popFirst()
        if result != nil { statistics.fetched += 1 }
        return result
    }

    /// When there will be something to do, if nothing happens before; nil: never.
    package var nextDeadline: Instant? {
        if ready > 0 { return .distantPast }
        guard pending > 0 else { return nil }
        var next = earliestDeadline
        if !queue.isEmpty, hasRoom {
            next = min(next, turn ?? .distantPast)
        }
        return next == .distantFuture ? nil : next
    }

    /// Does all that can be done without waiting. An interrupt since `transport.listen` ends the sleep after
    /// it.
    package func work(interruptMark: UInt) {
        defer { if exchanges == 0 { transport.release() } }
        interrupt(otherThan: interruptMark)
        var goesOn = true
        while goesOn {
            goesOn = false
            while let completed = transport.advance() {
                goesOn = true
                end(completed)
            }
            if pollIfDue() { goesOn = true }
            if start() { goesOn = true }
        }
    }

    /// Drops everything that is in flight. Its results are lost.
    package func abort() {
        let clock = transport.readClock()
        for operation in operations.compactMap({ $0 }) { operation.driver.stop(.interrupt, clock) }
    }

    // MARK: - In flight

    private func end(_ completed: CompletedExchange<Link.Exchange>) {
        let index = completed.exchange.owner
        guard operations.indices.contains(index), let operation = operations[index] else {
            return transport.end(completed.exchange)
        }
        operation.driver.end(completed, transport.readClock())
        update(index, operation)
    }

    /// Whether anything was done.
    private func pollIfDue() -> Bool {
        let wasWoken = transport.takeWakeUp()
        let clock = transport.readClock()
        guard wasWoken || clock.now >= earliestDeadline else { return false }
        var isAny = false
        earliestDeadline = .distantFuture
        for (index, operation) in operations.enumerated() {
            guard let operation else { continue }
            if clock.now >= operation.driver.nextDeadline || (wasWoken && operation.driver.awaitsOther) {
                operation.driver.poll(clock)
                isAny = true
            }
            update(index, operation)
        }
        return isAny
    }

    /// Notes what an operation waits for now, or takes its result.
    private func update(_ index: Int, _ operation: OperationInFlight) {
        // Who waits for a token will have one, soon and together with the others.
        let counts = operation.driver.hasExchange || operation.driver.awaitsToken
        if counts != operation.countsAsExchange {
            operation.countsAsExchange = counts
            exchanges += counts ? 1 : -1
        }
        guard let conclusion = operation.driver.takeConclusion() else {
            earliestDeadline = min(earliestDeadline, operation.driver.nextDeadline)
            return
        }
        operations[index] = nil
        freeIndices.append(index)
        complete(conclusion, operation.driver.operation, tag: operation.tag)
    }

    private func complete(_ conclusion: Conclusion, _ operation: Operation, tag: String?) {
        statistics.count(conclusion.attempts)
        let result = makeResult(conclusion, operation, tag)
        deliver(result, conclusion.verdict.outcome, operation.began + conclusion.elapsed)
    }

    private func deliver(_ result: Result, _ outcome: Outcome, _ now: Instant) {
        statistics.finished(outcome, at: now)
        results.append(result)
    }

    // MARK: - Beginning

    private var hasRoom: Bool { !freeIndices.isEmpty && transport.hasRoom(beside: exchanges) }

    /// Begins what may begin now; whether anything did.
    private func start() -> Bool {
        var isAny = false
        while hasRoom, !queue.isEmpty {
            let clock = transport.readClock()
            turn = turn ?? process.pace.takeTurn(at: clock.now, deadline: .distantFuture)
            if let turn, turn > clock.now { break }
            guard let queued = queue.popFirst(), let index = freeIndices.popLast() else { break }
            turn = nil
            isAny = true
            start(queued, index, clock)
        }
        return isAny
    }

    private func start(_ queued: QueuedCase, _ index: Int, _ clock: ClockReading) {
        let operation = Operation(
            account, queued.caseID, queued.options, now: clock.now, queued.kind.subject)
        let machine = operation.machine(queued.kind, queued.options)
        let inFlight = OperationInFlight(
            OperationDriver(
                machine, operation, process, transport, clock, owner: index, driverID: id, hasTurn: true),
            tag: queued.tag, interruptMark: queued.interruptMark)
        operations[index] = inFlight
        inFlight.driver.begin()
        update(index, inFlight)
    }

    // MARK: - Interrupts

    /// Ends every case that was given another mark.
    private func interrupt(otherThan mark: UInt) {
        guard mark != interruptMark else { return }
        interruptMark = mark
        let clock = transport.readClock()
        for (index, operation) in operations.enumerated() {
            guard let operation, operation.interruptMark != mark else { continue }
            operation.driver.stop(.interrupt, clock)
            update(index, operation)
        }
        var kept = Queue<QueuedCase>()
        while let queued = queue.popFirst() {
            if queued.interruptMark == mark { kept.append(queued) } else { end(queued, clock.now) }
        }
        queue = kept
    }

    /// Ends a case that was never begun.
    private func end(_ queued: QueuedCase, _ now: Instant) {
        let operation = Operation(account, queued.caseID, queued.options, now: now)
        let conclusion = Conclusion(
            of: operation, operation.machine(queued.kind, queued.options),
            endedBy: .stopped(.interrupt, sent: false), now: now)
        complete(conclusion, operation, tag: queued.tag)
    }
}
