/// The client's sessions: made when needed, at most `capacity`, kept for the next caller; the one used last is
/// used first, since its connection is the freshest.
final class SessionPool {
    private struct State {
        var free: [Session] = []
        var made = 0
    }

    private let settings: TransportSettings
    private let bell: Bell
    private let state = Mutex(State())
    private let turnstile = Turnstile()

    init(_ settings: TransportSettings, _ bell: Bell) {
        self.settings = settings
        self.bell = bell
    }

    enum Lease {
        case session(Session)
        case stopped(Stop)
        case outOfResources
    }

    /// Waits for a free session until the deadline, or until the host interrupts.
    func acquire(deadline: Milliseconds, isInterrupted: () -> Bool) -> Lease {
        while true {
            let ticket = turnstile.ticket
            if isInterrupted() { return .stopped(.interrupt) }
            if let lease = lease() { return lease }
            let left = deadline - Clock.now
            if left <= 0 { return .stopped(.deadline) }
            turnstile.sleep(ticket: ticket, for: left)
        }
    }

    func release(_ session: Session) {
        state.withLock { $0.free.append(session) }
        turnstile.wakeAll()
    }

    /// Wakes everyone who sleeps in one of the pool's sessions or waits for one. Takes no lock and allocates
    /// nothing: a signal handler may call it.
    func wakeAll() {
        bell.ring()
        turnstile.wakeAll()
    }

    /// A session, or the news that none can be made; nil if all are taken.
    private func lease() -> Lease? {
        enum Found {
            case session(Session)
            case room
            case none
        }
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
        if let session = Session.make(settings, .single, hearing: bell) { return .session(session) }
        state.withLock { $0.made -= 1 }
        turnstile.wakeAll()
        return .outOfResources
    }
}
