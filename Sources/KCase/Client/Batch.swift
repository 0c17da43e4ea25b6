import KCaseDriver
import KCaseHTTP
import KCaseJSON
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
    private let pendingMax: Int
    private let interrupts = Atomic<UInt>(0)
    private let state = Locked(State())

    /// nil where memory or descriptors are lacking.
    package static func make(_ client: Client, _ options: BatchOptions) -> Batch? {
        let process = client.processState()
        // One case after another: that is what the client's own sessions are for.
        if options.inFlightMax == 1 {
            return Batch(client, process, HeldSession(borrowingFrom: process.sessions), options)
        }
        let settings = client.configuration.transport
        // In the clear nobody tells which protocol the server speaks: libcurl would wait for the first answer
        // to learn it.
        let offersHTTP2 = options.offersHTTP2 && !client.configuration.account.service.isPlain
        let sessionOptions = SessionOptions(
            connectionsMax: settings.connectionsMax, offersHTTP2: offersHTTP2)
        guard let session = Session.make(settings, sessionOptions, listeningTo: process.wakeEvent)
        else { return nil }
        return Batch(client, process, HeldSession(own: session), options)
    }

    private init(
        _ client: Client, _ process: ProcessState, _ transport: HeldSession, _ options: BatchOptions
    ) {
        self.client = client
        self.process = process
        self.transport = transport
        pendingMax = options.pendingMax
        let configuration = client.configuration
        driver = BatchDriver(configuration.account, process, transport, inFlightMax: options.inFlightMax) {
            CallResult($0, $1, configuration, tag: $2)
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
    }

    // MARK: - Cases in, results out

    package func add(
        _ kind: OperationKind, _ caseID: GivenText, _ options: GivenText
    ) -> Addition {
        guard process.isOurs else { return .closed }
        return state.withLock { state in
            guard driver.pending < pendingMax else { return .full }
            // Results that are fetched give memory back.
            if Shortage.isOfMemory, driver.pending > 0 { return .full }
            var tag: String?
            do throws(InvalidInput) {
                let options = try CallOptions(options, client.configuration)
                tag = options.tag
                driver.add(
                    kind, try CaseID(caseID), options.operation, tag: tag, interruptMark: interruptMark)
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
            let result = driver.next() ?? holdingSIGPIPE { work(timeout) }
            signalHost(state)
            return result
        }
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
        let deadline = timeout < 0 ? Instant.distantFuture : Clock.now + Milliseconds(Int64(timeout))
        while true {
            transport.listen()
            driver.work(interruptMark: interruptMark)
            if let result = driver.next() { return result }
            let now = Clock.now
            let isIdle = driver.pending == 0
            let until = isIdle ? now : min(deadline, driver.nextDeadline ?? deadline)
            transport.sleep(atMost: max(until - now, 0))
            // What is there is worked on, unless it has no end.
            let hasMore = transport.hasEvents && now - deadline < Batch.overtimeMax
            if isIdle || now >= deadline, !hasMore { return nil }
        }
    }

    private static let overtimeMax: Milliseconds = 50

    package var pending: Int {
        guard process.isOurs else { return 0 }
        return state.withLock { _ in driver.pending }
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
        !state.isAwaited || transport.signal(at: driver.nextDeadline)
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
        json.set("added", statistics.added)
        json.set("waiting", Int64(driver.waiting))
        json.set("in_flight", Int64(driver.inFlight))
        json.set("ready", Int64(driver.ready))
        json.set("fetched", statistics.fetched)
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
        let left = Int64(driver.waiting + driver.inFlight)
        json.set("eta_ms", left == 0 ? 0 : speed > 0 ? left * 1_000_000 / speed : nil)
        json.endObject()
        return json.finish()
    }
}
