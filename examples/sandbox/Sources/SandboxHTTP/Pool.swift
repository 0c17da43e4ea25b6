import FlyingSocks

/// A pool that can say when it has let go of a socket.
///
/// `SocketPool` resumes a waiting task first and takes the descriptor out of its queue second. A
/// task that closes its socket at once can overtake that second step; the pool then believes the
/// descriptor still registered, and the next connection with the same number never wakes. The pool
/// is an actor: any hop onto it comes after the step that is under way.
protocol SteppedPool: AsyncSocketPool {
    func finishStep() async
}

extension SocketPool: SteppedPool {
    func finishStep() {}
}

enum Pool {
    private static let eventsMax = 64

    /// The kernel's own event queue. It wakes at once, where a polling pool would add its interval
    /// to every answer.
    static func make() -> some SteppedPool {
        #if canImport(Darwin)
            return .kQueue(maxEvents: eventsMax)
        #else
            return .ePoll(maxEvents: eventsMax)
        #endif
    }
}
