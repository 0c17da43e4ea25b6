import KCaseHTTP
import KCaseSystem

/// A session as it is had by who need not have one all the time: a batch's own, or one of the client's, only
/// while a request is under way. So a batch of one, and a call that waits more than it asks, use the
/// connections that other calls left, leave them to the next, and keep nobody from them.
package final class HeldSession: Transport {
    /// Whose sessions it borrows; nil: it has one of its own.
    private var pool: SessionPool?
    private var session: Session?
    /// As the pool was when `listen` was called.
    private var ticket: UInt32 = 0
    /// Whether the pool has changed, as far as nobody was told.
    private var hasChanged = false
    /// Connections that were made for it by the sessions it had before.
    private var connectionsBefore = 0
    /// Those that the present one had made for others.
    private var connectionsOfOthers = 0
    /// Of the last answer over the sessions it had before.
    private var wasHTTP2: Bool?

    package init(own session: Session) { self.session = session }

    package init(borrowingFrom pool: SessionPool) { self.pool = pool }

    // MARK: - Having a session

    package func prepare() -> Bool {
        if session != nil { return true }
        switch pool?.lease() {
        case .session(let session): hold(session)
        case nil: return false
        // Whoever begins something finds out.
        case .outOfResources: break
        }
        return true
    }

    private func hold(_ session: Session) {
        self.session = session
        connectionsOfOthers = session.connectionsMade
    }

    package func release() {
        guard let pool, let session else { return }
        connectionsBefore = connectionsMade
        wasHTTP2 = isHTTP2
        self.session = nil
        pool.release(session)
    }

    /// Has a session of its own from now on, and so a descriptor that stays the same. What is under way stays
    /// where it is, and the client may make another session in place of that one.
    package func keep(_ make: () -> Session?) {
        guard let pool else { return }
        if session == nil {
            guard let own = make() else { return }
            hold(own)
        } else {
            pool.giveAway()
        }
        self.pool = nil
    }

    // MARK: - Waiting

    package func listen() {
        guard let pool else { return }
        let present = pool.ticket
        hasChanged = hasChanged || present != ticket
        ticket = present
    }

    package func sleep(atMost time: Milliseconds) {
        if let session { return session.sleep(atMost: time) }
        if time > 0 { pool?.sleep(ticket: ticket, atMost: time) }
    }

    package func takeWakeUp() -> Bool {
        defer { hasChanged = false }
        return session?.takeWakeUp() ?? false || hasChanged
    }

    /// Whether the last sleep brought anything to work on, for a caller whose time is over for so long. What
    /// is there is worked on, unless it has no end.
    package func hasEvents(after overtime: Milliseconds) -> Bool {
        overtime < HeldSession.overtimeMax && session?.hasEvents ?? false
    }

    private static let overtimeMax: Milliseconds = 50

    /// -1 without a session.
    package var descriptor: Int32 { session?.descriptor ?? -1 }

    /// See `Session.signal`.
    package func signal(at instant: Instant?) -> Bool { session?.signal(at: instant) ?? false }

    // MARK: - Exchanges

    package func readClock() -> ClockReading { Clock.read() }

    package func wallTime() -> WallTime { Clock.wall }

    package func hasRoom(beside count: Int) -> Bool { session?.hasRoom(beside: count) ?? (count == 0) }

    package func begin(_ request: HTTPRequest, limit: Milliseconds) -> Exchange? {
        session?.begin(request, limit: limit)
    }

    package func advance() -> CompletedExchange<Exchange>? { session?.advance() }

    package func end(_ exchange: Exchange) { session?.end(exchange) }

    // MARK: - For the host

    package var connectionsMade: Int {
        connectionsBefore + (session.map { $0.connectionsMade - connectionsOfOthers } ?? 0)
    }

    package var isHTTP2: Bool? { session?.isHTTP2 ?? wasHTTP2 }
}
