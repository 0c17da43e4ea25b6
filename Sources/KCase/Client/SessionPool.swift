import Synchronization

/// The client's sessions: made when needed, at most `capacity`, kept for the next caller; the one used last is
/// used first, since its connection is the freshest.
final class SessionPool {
    /// A place for a session. The wake handle can be read without a lock, from a signal handler too; it is
    /// set once and holds until the pool goes.
    private struct Place: ~Copyable {
        let wakeHandle = Atomic<UInt>(0)
        var session: Session?
    }

    private struct State {
        var free: [Int] = []
        var made = 0
    }

    private let settings: TransportSettings
    private let capacity: Int
    private let places: UnsafeMutablePointer<Place>
    private let state = Mutex(State())
    private let turnstile = Turnstile()

    init(_ settings: TransportSettings) {
        self.settings = settings
        capacity = settings.connectionsMax
        places = .allocate(capacity: capacity)
        for index in 0..<capacity { (places + index).initialize(to: Place()) }
    }

    deinit {
        places.deinitialize(count: capacity)
        places.deallocate()
    }

    enum Lease {
        case session(Session, place: Int)
        case stopped(Stop)
        case outOfResources
    }

    /// Waits for a free session until the deadline, or until the host interrupts.
    func acquire(deadline: Milliseconds, isInterrupted: () -> Bool) -> Lease {
        while true {
            let ticket = turnstile.ticket
            if isInterrupted() { return .stopped(.interrupt) }
            if let place = takePlace() { return lease(place) }
            let left = deadline - Clock.now
            if left <= 0 { return .stopped(.deadline) }
            turnstile.sleep(ticket: ticket, for: left)
        }
    }

    func release(_ place: Int) {
        state.withLock { $0.free.append(place) }
        turnstile.wakeAll()
    }

    /// Wakes everyone who sleeps in one of the pool's sessions or waits for one. Takes no lock and allocates
    /// nothing: a signal handler may call it.
    func wakeAll() {
        for index in 0..<capacity {
            let handle = places[index].wakeHandle.load(ordering: .sequentiallyConsistent)
            if let pointer = UnsafeMutableRawPointer(bitPattern: handle) { Session.wake(pointer) }
        }
        turnstile.wakeAll()
    }

    private func takePlace() -> Int? {
        state.withLock { state in
            if let place = state.free.popLast() { return place }
            guard state.made < capacity else { return nil }
            state.made += 1
            return state.made - 1
        }
    }

    /// The place is the caller's alone now.
    private func lease(_ place: Int) -> Lease {
        if let session = places[place].session { return .session(session, place: place) }
        guard let session = Session(settings) else {
            release(place)
            return .outOfResources
        }
        places[place].session = session
        places[place].wakeHandle.store(
            UInt(bitPattern: session.wakeHandle), ordering: .sequentiallyConsistent)
        return .session(session, place: place)
    }
}
