import FlyingSocks
import SandboxCore
import SandboxHTTP

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A client that sees what is really on the wire: every byte, and how the connection ended.
struct Wire {
    let socket: AsyncSocket

    enum Ending: Equatable { case fin, reset, stillOpen }

    static func connect(to server: Server) async throws -> Wire {
        Wire(
            socket: try await AsyncSocket.connected(
                to: .inet(ip4: "127.0.0.1", port: server.port)))
    }

    func send(_ method: String, _ target: String, headers: String = "", body: String = "")
        async throws
    {
        let text = """
            \(method) \(target) HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer \
            \(Credentials.token)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)
            """
        try await send(text)
    }

    func send(_ text: String) async throws {
        try await socket.write(.init(text.utf8))
    }

    /// Reads until the connection ends, or until the time is up, or until `enough` says so.
    func receive(
        withinMS: Int = 5_000, until enough: (String) -> Bool = { _ in false }
    ) async throws -> (text: String, ending: Ending) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let deadline = ContinuousClock.now + .milliseconds(withinMS)
        while ContinuousClock.now < deadline {
            let count = recv(socket.socket.file.rawValue, &buffer, buffer.count, 0)
            let code = errno
            if count > 0 {
                bytes += buffer[..<count]
                if enough(String(decoding: bytes, as: UTF8.self)) { break }
            } else if count == 0 {
                return (String(decoding: bytes, as: UTF8.self), .fin)
            } else if code == ECONNRESET {
                return (String(decoding: bytes, as: UTF8.self), .reset)
            } else {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        return (String(decoding: bytes, as: UTF8.self), .stillOpen)
    }

    func close() { try? socket.close() }
}

/// Runs a test against a server of its own on a free port.
func withServer(
    faults: String..., latencyMS: Int = 0, _ body: (Server) async throws -> Void
) async throws {
    let rules = try faults.flatMap { try FaultRule.parse(argument: $0) }
    let sandbox = Sandbox(WorldOptions(seededCases: 1_000, faults: rules))
    let server = try Server(
        port: 0, sandbox: sandbox, options: ServerOptions(latencyMS: latencyMS))
    let running = Task { await server.run() }
    do {
        try await body(server)
    } catch {
        running.cancel()
        throw error
    }
    running.cancel()
    await running.value
}

/// One request on a connection of its own.
func exchange(
    _ server: Server, _ method: String, _ target: String, body: String = "", withinMS: Int = 5_000
) async throws -> (text: String, ending: Wire.Ending) {
    let wire = try await Wire.connect(to: server)
    defer { wire.close() }
    try await wire.send(method, target, headers: "Connection: close\r\n", body: body)
    return try await wire.receive(withinMS: withinMS)
}
