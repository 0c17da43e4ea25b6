import FlyingSocks
import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The sandbox on a loopback port.
///
/// FlyingFox's own `HTTPServer` keeps the socket to itself: a handler can choose an answer, not a
/// reset, an incomplete body or random bytes. It also writes head and body apart with Nagle's algorithm
/// on, which costs a client that keeps its connection 44 ms an answer, where 0.2 ms are enough. So the
/// server stands one level lower, on the sockets and the event pool of its FlyingSocks module.
public final class Server: Sendable {
    public let port: UInt16
    private let listener: Socket
    private let sandbox: Sandbox
    private let options: ServerOptions
    private let connections = Atomic<Int>(0)

    /// Listens at once; `run` starts to answer.
    /// - Parameter port: 0 takes any free port.
    public init(port: UInt16, sandbox: Sandbox, options: ServerOptions = ServerOptions()) throws {
        let listener = try Socket(domain: AF_INET)
        do {
            try listener.setValue(true, for: .localAddressReuse)
            try listener.bind(to: .inet(ip4: "127.0.0.1", port: port))
            try listener.listen()
            guard case .ip4(_, let bound) = try listener.sockname() else {
                throw SocketError.unsupportedAddress
            }
            self.port = bound
        } catch {
            try? listener.close()
            throw error
        }
        self.listener = listener
        self.sandbox = sandbox
        self.options = options
    }

    public var url: String { "http://127.0.0.1:\(port)" }

    /// Answers until the task is canceled; then every connection ends.
    public func run() async {
        let pool = Pool.make()
        await withTaskGroup(of: Void.self) { group in
            do {
                try await pool.prepare()
                let listening = try AsyncSocket(socket: listener, pool: pool)
                group.addTask { try? await pool.run() }
                group.addTask { await self.accept(on: listening, pool) }
                await group.next()
            } catch {
                // No event queue: there is nothing to run.
            }
            group.cancelAll()
        }
        try? listener.close()
    }

    private func accept(on listening: AsyncSocket, _ pool: some SteppedPool) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do {
                    let socket = try await listening.accept()
                    group.addTask { await self.serve(socket, pool) }
                } catch {
                    // Out of descriptors, or a client that left while it waited: both pass.
                    try? await Task.sleep(for: .milliseconds(10))
                }
            }
        }
    }

    private func serve(_ socket: AsyncSocket, _ pool: some SteppedPool) async {
        defer { connections.subtract(1, ordering: .relaxed) }
        let open = connections.add(1, ordering: .relaxed).newValue
        guard open <= ServerOptions.connectionsMax else {
            try? socket.close()
            return
        }
        await Connection(socket: socket, pool: pool, sandbox: sandbox, options: options).serve()
    }
}
