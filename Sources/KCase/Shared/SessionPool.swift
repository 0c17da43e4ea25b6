import KCaseHTTP
import KCaseProtocol
import KCaseSystem

/// The client's sessions: made when needed, at most `capacity`, kept for the next caller; the one used last
/// is used first, since its connection is the freshest.
package final class SessionPool {
    private struct State {
        var free: [Session] = []
        var made = 0
    }

    /// What a caller finds in the pool.
    private enum Found {
        case session(Session)
        /// For one more session.
        case room
        case none
    }

    private let settings: TransportSettings
    private let wakeEvent: WakeEvent
    private let state = Locked(State())
    private let changes = EventCount()

    init(_ settings: TransportSettings, _ wakeEvent: WakeEvent) {
        self.settings = settings
        self.wakeEvent = wakeEvent
    }

    package enum Lease {
        case session(Session)
        case outOfResources
    }

    /// What `sleep` must be given: taken before a session is asked for, so that no wake-up is lost.
    var ticket: UInt32 { changes.ticket }

    /// Sleeps until something changes, or for the time given; may return early.
    func sleep(ticket: UInt32, atMost time: Milliseconds) { changes.sleep(ticket: ticket, atMost: time) }

    /// A session that was borrowed stays where it is: another may be made in its place.
    func giveAway() {
        state.withLock { $0.made -= 1 }
        changes.wakeAll()
    }

    package func release(_ session: Session) {
        state.withLock { $0.free.append(session) }
        changes.wakeAll()
    }

    /// Wakes everyone who sleeps in one of the pool's sessions or waits for one. Takes no lock and allocates
    /// nothing: a signal handler may call it.
    package func wakeAll() {
        wakeEvent.signal()
        changes.wakeAll()
    }

    /// A session, or the news that none can be made; nil if all are taken.
    func lease() -> Lease? {
        let found: Found = state.withLock { state in
            if let session = state.free.popLast() { return .session(session) }
            guard state.made < settings.connectionsMax else { return .none }
            state.made += 1
            return .room
        }
        switch found {
        case .session(let session): return .session(session)
        case .none: return nil
        case .room: return make()
        }
    }

    private func make() -> Lease {
        if let session = Session.make(settings, .single, listeningTo: wakeEvent) { return .session(session) }
        state.withLock { $0.made -= 1 }
        changes.wakeAll()
        return .outOfResources
    }
}
