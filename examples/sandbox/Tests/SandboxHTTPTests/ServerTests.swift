import SandboxCore
import SandboxHTTP
import Synchronization
import Testing

@Suite("Over the wire", .serialized, .timeLimit(.minutes(2)))
struct ServerTests {
    let cancelOne = "/case/id/\(Fixtures.id(1))/cancel"

    @Test("a cancel is answered 200 without a body")
    func cancel() async throws {
        try await withServer { server in
            let (text, ending) = try await exchange(server, "POST", cancelOne)
            #expect(
                text == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            #expect(ending == .fin)
        }
    }

    @Test("a connection serves many requests, pipelined ones too")
    func keepAlive() async throws {
        try await withServer { server in
            let wire = try await Wire.connect(to: server)
            defer { wire.close() }
            for number in 1...50 {
                try await wire.send("POST", "/case/id/\(CaseBook.seededID(number))/cancel")
                let (text, ending) = try await wire.receive { $0.hasSuffix("\r\n\r\n") }
                #expect(text.hasPrefix("HTTP/1.1 200") && ending == .stillOpen)
            }
            let one = "GET /nowhere HTTP/1.1\r\n"
            try await wire.send(one + "\r\n" + one + "Connection: close\r\n\r\n")
            let (text, ending) = try await wire.receive()
            #expect(text.components(of: "HTTP/1.1 404") == 2 && ending == .fin)
        }
    }

    @Test("many connections at once, again and again")
    func concurrent() async throws {
        try await withServer { server in
            for round in 0..<5 {
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 1...40 {
                        group.addTask {
                            let id = CaseBook.seededID(round * 40 + number)
                            let (text, _) = try await exchange(
                                server, "POST", "/case/id/\(id)/cancel")
                            return text.hasPrefix("HTTP/1.1 200")
                        }
                    }
                    for try await isFine in group { #expect(isFine) }
                }
            }
            let (ledger, _) = try await exchange(server, "GET", "/sandbox/ledger?limit=0")
            #expect(ledger.contains(#""cancel_requests":200,"cancels_applied":200"#))
        }
    }

    @Test("HEAD has no body; a wrong method names the right one")
    func methods() async throws {
        try await withServer { server in
            let (text, _) = try await exchange(server, "HEAD", cancelOne)
            #expect(text.hasPrefix("HTTP/1.1 405") && text.contains("Allow: POST"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("a request that makes no sense is refused, and the connection ends")
    func malformed() async throws {
        try await withServer { server in
            let wire = try await Wire.connect(to: server)
            defer { wire.close() }
            try await wire.send("what is this\r\n\r\n")
            let (text, ending) = try await wire.receive()
            #expect(text.hasPrefix("HTTP/1.1 400") && ending == .fin)
        }
    }

    @Test("latency is added to the API and not to the switches")
    func latency() async throws {
        try await withServer(latencyMS: 200) { server in
            let clock = ContinuousClock()
            let slow = try await clock.measure { _ = try await exchange(server, "POST", cancelOne) }
            #expect(slow >= .milliseconds(200))
            let fast = try await clock.measure {
                _ = try await exchange(server, "GET", "/sandbox/cases")
            }
            #expect(fast < .milliseconds(200))
        }
    }

    @Test("the log has a line for each request, and no token")
    func log() async throws {
        let lines = Mutex<[String]>([])
        let log = RequestLog { line in lines.withLock { $0.append(line) } }
        let server = try Server(port: 0, sandbox: Sandbox(), options: ServerOptions(log: log))
        let running = Task { await server.run() }
        _ = try await exchange(server, "POST", cancelOne)
        _ = try await exchange(server, "GET", "/\u{1B}[31m")
        running.cancel()
        await running.value
        let written = lines.withLock { $0 }
        #expect(written.count == 2)
        #expect(written.first?.hasPrefix("POST \(cancelOne) -> 200 (") == true)
        #expect(written.last?.hasPrefix("GET /?[31m -> 404 (") == true)
        #expect(!written.joined().contains(Credentials.token))
    }

    @Test("it stops at once, whatever is open")
    func stop() async throws {
        let server = try Server(
            port: 0,
            sandbox: Sandbox(WorldOptions(faults: try FaultRule.parse(argument: "kind=hang"))))
        let running = Task { await server.run() }
        let idle = try await Wire.connect(to: server)
        let silent = try await Wire.connect(to: server)
        try await silent.send("POST", cancelOne)
        try await Task.sleep(for: .milliseconds(50))
        let took = await ContinuousClock().measure {
            running.cancel()
            await running.value
        }
        #expect(took < .seconds(1))
        idle.close()
        silent.close()
    }

    @Test("a port in use is an error")
    func portInUse() async throws {
        try await withServer { server in
            #expect(throws: (any Error).self) { try Server(port: server.port, sandbox: Sandbox()) }
        }
    }
}

extension String {
    /// How often a text occurs.
    func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.firstRange(of: part) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
