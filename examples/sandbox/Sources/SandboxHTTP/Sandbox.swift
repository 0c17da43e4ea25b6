import SandboxCore
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One world shared by all connections, with the machine's clock.
public final class Sandbox: Sendable {
    private let world: Mutex<World>

    public init(_ options: WorldOptions = WorldOptions()) {
        world = Mutex(World(options))
    }

    func receive(_ call: Call) -> Reply {
        world.withLock { $0.receive(call, at: Self.now) }
    }

    func handleLate(_ call: Call) -> Answer {
        world.withLock { $0.handleLate(call, at: Self.now) }
    }

    private static var now: Stamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Stamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
