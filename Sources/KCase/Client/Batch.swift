import KCaseDriver
import KCaseHTTP
import KCaseJSON
import KCaseJournal
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem
import Synchronization

/// Many operations side by side, in the process that made the batch. One thread at a time works on it; others
/// wait.
package final class Batch: @unchecked Sendable {
    private struct State: ~Copyable {
        /// Whether the host waits for the descriptor.
        var isAwaited = false
        var stats = CText("{}")
    }

    /// What came of adding a case.
    package enum Addition {
        case added
        case full
        case closed
    }

    private let client: Client
    private let process: ProcessState
    private let transport: HeldSession
    private let driver: BatchDriver<HeldSession, CallResult>
    /// nil: the client has no journal.
    private let journaled: JournaledBatch?
    private let pendingMax: Int
    private let interrupts = Atomic<UInt>(0)
    private let state = Locked(State())

    /// nil where memory or descriptors are lacking.
    package static func make(_ client: Client, _ options: BatchOptions) -> Batch? {
        make(client, options, resume: nil)
    }

    static func make(
        _ client: Client, _ options: BatchOptions, resume: JournaledBatch.Resume?
    ) -> Batch? {
        let process = client.processState()
        if options.inFlightMax == 1 { return one(client, process, options, resume: resume) }
        let settings = client.configuration.transport
        // In the clear nobody tells which protocol the server speaks: libcurl would wait for the first answer
        // to learn it.
        let offersHTTP2 = options.offersHTTP2 && !client.configuration.account.service.isPlain
        let sessionOptions = SessionOptions(
            connectionsMax: settings.connectionsMax, offersHTTP2: offersHTTP2)
        guard let session = Session.make(settings, sessionOptions, listeningTo: process.wakeEvent)
        else { return nil }
        return Batch(client, process, HeldSession(own: session), options, resume: resume)
    }

    /// One case after another: that is what the client's own sessions are for.
    static func one(
        _ client: Client, _ process: ProcessState, _ options: BatchOptions = .one,
        resume: JournaledBatch.Resume? = nil
    ) -> Batch {
        Batch(client, process, HeldSession(borrowingFrom: process.sessions), options, resume: resume)
    }

    /// A batch of one that goes on with an operation.
    convenience init(
        _ client: Client, _ process: ProcessState, _ call: OperationUnderWay, tag: String?,
        interruptMark: UInt
    ) {
        self.init(client, process, call.transport, .one, resume: nil)
        driver.add(call, tag: tag, interruptMark: interruptMark)
    }

    private init(
        _ client: Client, _ process: ProcessState, _ transport: HeldSession, _ options: BatchOptions,
        resume: JournaledBatch.Resume?
    ) {
        self.client = client
        self.process = process
        self.transport = transport
        pendingMax = options.pendingMax
        let configuration = client.configuration
        let journaled = process.ledger.map {
            JournaledBatch($0, configuration, inFlightMax: options.inFlightMax, resume: resume)
        }
        self.journaled = journaled
        driver = BatchDriver(configuration.account, process, transport, inFlightMax: options.inFlightMax) {
            guard let journaled else { return CallResult($0, $1, configuration, tag: $2) }
            var conclusion = $0
            journaled.adapt(&conclusion, $1)
            return CallResult(conclusion, $1, configuration, tag: $2)
        }
        process.pace.observe()
    }

    deinit {
        guard process.isOurs else {
            // The parent's connections are left as they are: never used, closed or freed.
            _ = Unmanaged.passRetained(driver)
            _ = Unmanaged.passRetained(transport)
            _ = Unmanaged.passRetained(process)
            return
        }
        holdingSIGPIPE {
            driver.abort()
            transport.release()
        }
        journaled?.abandon()
    }

    // MARK: - Cases in, results out

    /// Adds an operation, which is an await if it has no other kind. One whose input is wrong has its result
    /// already.
    package func add(_ kind: OperationKind?, _ caseID: GivenText, _ options: GivenText) -> Addition {
        guard process.isOurs else { return .closed }
        return state.withLock { state in
            guard cases < pendingMax else { return .full }
            // Results that are fetched give memory back.
            if Shortage.isOfMemory, cases > 0 { return .full }
            var tag: String?
            do throws(InvalidInput) {
                let options = try CallOptions(
                    options, client.configuration, and: kind == nil ? .goal : .journal)
                tag = options.tag
                let asked = if let kind { kind } else { try options.awaitKind() }
                let caseID = try CaseID(caseID)
                if let journaled, case .cancel = asked {
                    journaled.add(caseID, options, interruptMark: interruptMark)
                } else {
                    driver.add(asked, caseID, options.operation, tag: tag, interruptMark: interruptMark)
                }
            } catch {
                let result = CallResult(error, of: caseID, client.configuration, tag: tag)
                driver.add(result, result.verdict.outcome)
            }
            signalHost(state)
            return .added
        }
    }

    package var isClosed: Bool { !process.isOurs }

    /// Works until a result is there; nil if none comes in so many milliseconds (without limit, if negative),
    /// or if nothing is pending.
    package func next(timeout: Int32) -> CallResult? {
        guard process.isOurs else { return nil }
        return state.withLock { state in
            let result = takeResult() ?? holdingSIGPIPE { work(timeout) }
            signalHost(state)
            return result
        }
    }

    private func takeResult() -> CallResult? {
        if let journaled { return journaled.next() }
        return driver.next()
    }

    /// A token that the batch is minting is suspended while the host does not call.
    private func work(_ timeout: Int32) -> CallResult? {
        let mayMint = client.configuration.account.credentials.canMint
        if mayMint { process.tokens.resume(driver.id) }
        let result = waitForResult(timeout)
        if mayMint { process.tokens.suspend(driver.id, at: Clock.now) }
        return result
    }

    private func waitForResult(_ timeout: Int32) -> CallResult? {
        let deadline = Clock.deadline(after: timeout)
        while true {
            transport.listen()
            driver.work(interruptMark: interruptMark)
            if let journaled, exchange(with: journaled) { continue }
            if let result = takeResult() { return result }
            let now = Clock.now
            let isIdle = cases == 0
            let until = isIdle ? now : min(deadline, nextDeadline ?? deadline)
            transport.sleep(atMost: max(until - now, 0))
            if isIdle || now >= deadline, !transport.hasEvents(after: now - deadline) { return nil }
        }
    }

    /// Writes outcomes and intents that are due; whether the driver has got more to do.
    private func exchange(with journaled: JournaledBatch) -> Bool {
        let configuration = client.configuration
        let readMark = { self.interruptMark }
        return journaled.exchange(with: driver, readMark: readMark) { caseID, options, change in
            let now = Clock.now
            let operation = Operation(configuration.account, caseID, options.operation, now: now)
            var conclusion = Conclusion(
                of: operation, operation.cancelMachine(options.operation),
                endedBy: .stopped(.interrupt, sent: false), now: now)
            change(&conclusion)
            return CallResult(conclusion, operation, configuration, tag: options.tag)
        }
    }

    /// Cases whose results were not fetched.
    private var cases: Int {
        driver.pending + (journaled.map { $0.waiting + $0.finished } ?? 0)
    }

    private var nextDeadline: Instant? {
        guard let ours = journaled?.nextDeadline else { return driver.nextDeadline }
        return min(ours, driver.nextDeadline ?? ours)
    }

    package var pending: Int {
        guard process.isOurs else { return 0 }
        return state.withLock { _ in cases }
    }

    // MARK: - From outside

    /// -1 where descriptors are lacking.
    package var descriptor: Int32 {
        guard process.isOurs else { return -1 }
        return state.withLock { state in
            state.isAwaited = true
            transport.keep {
                Session.make(client.configuration.transport, .single, listeningTo: process.wakeEvent)
            }
            return signalHost(state) ? transport.descriptor : -1
        }
    }

    /// Has the descriptor readable when there is something to do.
    @discardableResult
    private func signalHost(_ state: borrowing State) -> Bool {
        !state.isAwaited || transport.signal(at: nextDeadline)
    }

    /// Ends every case that is pending. Takes no lock and allocates nothing: a signal handler may call it.
    package func interrupt() {
        guard process.isOurs else { return }
        interrupts.wrappingAdd(1, ordering: .sequentiallyConsistent)
        process.sessions.wakeAll()
    }

    /// Changes with every interrupt, be it the batch's or the client's.
    private var interruptMark: UInt {
        interrupts.load(ordering: .sequentiallyConsistent) &+ process.interruptCount
    }

    private func holdingSIGPIPE<Output>(_ body: () -> Output) -> Output {
        SIGPIPE.held(if: client.configuration.mayRaiseSIGPIPE, during: body)
    }

    // MARK: - Statistics

    /// Kept until it is asked for again.
    package func stats() -> UnsafePointer<CChar> {
        guard process.isOurs else { return cText("{}") }
        return state.withLock { state in
            state.stats = CText(written: written())
            return state.stats.pointer
        }
    }

    private func written() -> UnsafeMutablePointer<CChar>? {
        let now = Clock.now
        var json = JSONWriter()
        json.beginObject()
        var statistics = driver.statisticsSoFar
        // The driver has not got what waits for its intent, and is rid of what waits for its outcome.
        let waiting = journaled?.waiting ?? 0
        let finished = journaled?.finished ?? 0
        json.set("added", statistics.added + Int64(waiting))
        json.set("waiting", Int64(driver.waiting + waiting))
        json.set("in_flight", Int64(driver.inFlight))
        json.set("ready", Int64(driver.ready + finished))
        json.set("fetched", statistics.fetched - Int64(finished))
        json.beginObject("outcomes")
        for (outcome, count) in zip(Outcome.all, statistics.outcomes) where count > 0 {
            json.set(outcome.name, count)
        }
        json.endObject()
        json.set("requests", statistics.requests)
        json.set("retries", statistics.retries)
        json.set("readings", statistics.readings)
        json.set("slowdowns", process.pace.slowdowns)
        json.set("connections", Int64(transport.connectionsMade))
        json.set("http_version", word: transport.isHTTP2.map { $0 ? "2" : "1.1" })
        json.set("rate_limit", process.pace.limit)
        let speed = statistics.speed(at: now)
        json.set("cases_per_second", speed / 1000)
        json.set("elapsed_ms", statistics.began.map { (now - $0).count } ?? 0)
        let left = Int64(driver.waiting + waiting + driver.inFlight)
        json.set("eta_ms", left == 0 ? 0 : speed > 0 ? left * 1_000_000 / speed : nil)
        json.endObject()
        return json.finish()
    }
}
