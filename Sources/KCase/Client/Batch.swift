import Synchronization

/// Many cancels side by side, in the process that made the batch. One thread at a time works on it; others wait.
final class Batch: @unchecked Sendable {
    private struct State: ~Copyable {
        /// Whether the host waits for the descriptor.
        var isWatched = false
        var stats = CText("{}")
    }

    /// What came of adding a case.
    enum Addition {
        case added
        case full
        case closed
    }

    private let client: Client
    private let process: ProcessState
    private let session: Session
    private let fleet: Fleet<Session>
    private let pendingMax: Int
    private let interrupts = Atomic<UInt>(0)
    private let state = Mutex(State())

    /// nil for want of memory or descriptors.
    static func make(_ client: Client, _ options: BatchOptions) -> Batch? {
        let process = client.processState()
        let settings = client.configuration.transport
        // In the clear nobody tells which protocol the server speaks: libcurl would wait for the first answer to learn it.
        let offersHTTP2 = options.offersHTTP2 && !client.configuration.service.isPlain
        let manner = Session.Manner(connectionsMax: settings.connectionsMax, offersHTTP2: offersHTTP2)
        guard let session = Session.make(settings, manner, hearing: process.bell) else { return nil }
        return Batch(client, process, session, options)
    }

    private init(_ client: Client, _ process: ProcessState, _ session: Session, _ options: BatchOptions) {
        self.client = client
        self.process = process
        self.session = session
        pendingMax = options.pendingMax
        fleet = Fleet(client.configuration, process, session, inFlightMax: options.inFlightMax)
        process.pace.watch()
    }

    deinit {
        guard process.isOurs else {
            // The parent's connections are left as they are: never used, closed or freed.
            _ = Unmanaged.passRetained(fleet)
            _ = Unmanaged.passRetained(session)
            _ = Unmanaged.passRetained(process)
            return
        }
        holdingSIGPIPE { fleet.sink() }
    }

    // MARK: - Cases in, results out

    func add(_ caseID: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?) -> Addition {
        guard process.isOurs else { return .closed }
        return state.withLock { state in
            guard fleet.pending < pendingMax else { return .full }
            var tag: String?
            do throws(InvalidInput) {
                let options = try CallOptions(options, client.configuration)
                tag = options.tag
                fleet.add(try CaseID(caseID), options, mark: mark)
            } catch {
                // An id that is right is told, whatever else is wrong.
                let text = (try? CaseID(caseID))?.text ?? ""
                fleet.add(CallResult(error, caseID: text, tag: tag))
            }
            callHost(state)
            return .added
        }
    }

    /// Works until a result is there; nil if none comes in so many milliseconds (without limit, if negative), or if
    /// nothing is pending.
    func next(timeout: Int32) -> CallResult? {
        guard process.isOurs else { return nil }
        return state.withLock { state in
            let result = fleet.next() ?? holdingSIGPIPE { attend(timeout: Milliseconds(timeout)) }
            callHost(state)
            return result
        }
    }

    /// Works while a token that the batch is minting is not left alone.
    private func attend(timeout: Milliseconds) -> CallResult? {
        let mayMint = client.configuration.credentials.canMint
        if mayMint { process.tokens.attend(fleet.minder) }
        let result = wait(timeout: timeout)
        if mayMint { process.tokens.leave(fleet.minder, at: Clock.now) }
        return result
    }

    private func wait(timeout: Milliseconds) -> CallResult? {
        let deadline = timeout < 0 ? Milliseconds.max : Clock.now + timeout
        while true {
            fleet.work(mark: mark)
            if let result = fleet.next() { return result }
            let now = Clock.now
            let isIdle = fleet.pending == 0
            let until = isIdle ? now : min(deadline, fleet.nextLook ?? deadline)
            session.sleep(for: max(until - now, 0))
            if isIdle || now >= deadline, !session.hasNews { return nil }
        }
    }

    var pending: Int {
        guard process.isOurs else { return 0 }
        return state.withLock { _ in fleet.pending }
    }

    // MARK: - From outside

    /// -1 for want of a descriptor.
    var descriptor: Int32 {
        guard process.isOurs else { return -1 }
        return state.withLock { state in
            state.isWatched = true
            return callHost(state) ? session.descriptor : -1
        }
    }

    /// Has the descriptor readable when there is something to do.
    @discardableResult
    private func callHost(_ state: borrowing State) -> Bool {
        !state.isWatched || session.call(at: fleet.nextLook)
    }

    /// Ends every case that is pending. Takes no lock and allocates nothing: a signal handler may call it.
    func interrupt() {
        guard process.isOurs else { return }
        interrupts.wrappingAdd(1, ordering: .sequentiallyConsistent)
        process.bell.ring()
    }

    /// Changes with every interrupt, be it the batch's or the client's.
    private var mark: UInt {
        interrupts.load(ordering: .sequentiallyConsistent) &+ process.interruptCount
    }

    private func holdingSIGPIPE<Output>(_ body: () -> Output) -> Output {
        SIGPIPE.held(if: client.configuration.mayRaiseSIGPIPE, during: body)
    }

    // MARK: - Statistics

    /// Kept until it is asked for again.
    func stats() -> UnsafePointer<CChar> {
        guard process.isOurs else { return cText("{}") }
        return state.withLock { state in
            state.stats = CText(written: written())
            return state.stats.pointer
        }
    }

    private func written() -> UnsafeMutablePointer<CChar>? {
        let now = Clock.now
        let object = JSONObject()
        var tally = fleet.tallySoFar
        object.set("added", tally.added)
        object.set("waiting", Int64(fleet.waiting))
        object.set("in_flight", Int64(fleet.inFlight))
        object.set("ready", Int64(fleet.ready))
        object.set("fetched", tally.fetched)
        let outcomes = JSONObject()
        for (outcome, count) in zip(Outcome.all, tally.outcomes) where count > 0 {
            outcomes.set(outcome.name, count)
        }
        object.set("outcomes", outcomes)
        object.set("requests", tally.requests)
        object.set("retries", tally.retries)
        object.set("readings", tally.readings)
        object.set("slowdowns", process.pace.slowdowns)
        object.set("connections", Int64(session.connectionsMade))
        object.set("http_version", session.isHTTP2.map { $0 ? "2" : "1.1" })
        object.set("rate_limit", process.pace.limit)
        let speed = tally.speed(at: now)
        object.set("cases_per_second", speed / 1000)
        object.set("elapsed_ms", tally.began.map { now - $0 } ?? 0)
        let left = Int64(fleet.waiting + fleet.inFlight)
        object.set("eta_ms", left == 0 ? 0 : speed > 0 ? left * 1_000_000 / speed : nil)
        return object.write()
    }
}
