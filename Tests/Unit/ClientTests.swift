import Foundation
import Testing

@testable import KCaseClient
@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("A client on the transport", .timeLimit(.minutes(2)))
struct ClientTests {
    private func client(_ server: LoopbackServer, _ members: String) throws -> Client {
        let json = CText(#"{"base_url": "http://127.0.0.1:\#(server.port)", \#(members)}"#)
        return try withExtendedLifetime(json) { () throws(InvalidInput) in
            try Client.make(configuredBy: json.pointer)
        }
    }

    private func cancel(_ client: Client, _ id: String) throws -> CallResult {
        client.cancel(try caseID(id), CallOptions(client.configuration))
    }

    /// Runs the body on so many threads at once, and waits for all.
    private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body(number)
                group.leave()
            }
        }
        group.wait()
    }

    @Test("is shared by sixteen threads: each gets its own answer, and one token serves all")
    func sixteenThreads() throws {
        let requests = Counter()
        let mints = Counter()
        let server = try LoopbackServer { line in
            requests.add()
            if line.hasPrefix("POST /auth/api") {
                mints.add()
                return .init(body: #"{"id":"i","username":"u","token":"aaa.bbb.ccc","groupProfileId":"g"}"#)
            }
            return line.contains("odd") ? .init(status: 404) : .init(body: "[]")
        }
        defer { server.stop() }
        let client = try client(
            server, #""api_key": "key", "client_access_token": "secret", "max_connections": 4"#)
        let right = Counter()
        onThreads(16) { thread in
            for call in 0..<25 {
                let isOdd = (thread + call) % 2 == 1
                guard let result = try? cancel(client, "case-\(thread)-\(call)-\(isOdd ? "odd" : "even")")
                else { continue }
                let expected = isOdd ? Outcome.notFound : .canceled
                if result.verdict.outcome == expected,
                    String(cString: result.jsonText).contains("case-\(thread)-\(call)-")
                {
                    right.add()
                }
            }
        }
        #expect(right.count == 400)
        #expect(mints.count == 1)
        // One mint, 400 cancels, and for each case that was not found a reading and a probe.
        #expect(requests.count == 801)
    }

    @Test("a revoked token is replaced once for all threads that hold it")
    func revoked() throws {
        let mints = Counter()
        let isRevoked = Locked(false)
        let server = try LoopbackServer { line in
            if line.hasPrefix("POST /auth/api") {
                mints.add()
                isRevoked.withLock { $0 = false }
                return .init(body: #"{"token":"aaa.bbb.ccc"}"#)
            }
            return .init(status: isRevoked.withLock { $0 } ? 401 : 200)
        }
        defer { server.stop() }
        let client = try client(server, #""api_key": "key", "client_access_token": "secret""#)
        #expect(try cancel(client, "first").verdict.outcome == .canceled)
        isRevoked.withLock { $0 = true }
        let canceled = Counter()
        onThreads(8) { number in
            if (try? cancel(client, "later-\(number)"))?.verdict.outcome == .canceled { canceled.add() }
        }
        #expect(canceled.count == 8)
        #expect((2...9).contains(mints.count))
    }

    @Test("an interrupt ends every call that is under way, and none that comes later")
    func interrupted() throws {
        let arrived = Counter()
        let server = try LoopbackServer { line in
            arrived.add()
            if line.contains("slow") { usleep(1_500_000) }
            return .init()
        }
        defer { server.stop() }
        let client = try client(server, #""token": "token", "max_connections": 2"#)
        let unknown = Counter()
        let notSent = Counter()
        let group = DispatchGroup()
        group.enter()
        Thread.detachNewThread {
            // Two calls wait for their answers, two more for a connection.
            onThreads(4) { number in
                switch (try? cancel(client, "slow-\(number)"))?.verdict.outcome {
                case .unknown: unknown.add()
                case .notSent: notSent.add()
                default: break
                }
            }
            group.leave()
        }
        while arrived.count < 2 { usleep(1000) }
        usleep(20_000)
        client.interrupt()
        group.wait()
        #expect(unknown.count == 2)
        #expect(notSent.count == 2)
        #expect(try cancel(client, "later").verdict.outcome == .canceled)
    }

    @Test("an answer that echoes the token does not get it into the result")
    func echo() throws {
        let server = try LoopbackServer { _ in
            .init(
                status: 400,
                body: #"{"message":"bad token s3cr3t-token","error":"s3cr3t-token","statusCode":400}"#)
        }
        defer { server.stop() }
        let client = try client(server, #""token": "s3cr3t-token""#)
        let result = try cancel(client, "case")
        #expect(String(cString: result.message.pointer) == "bad token ***")
        #expect(!String(cString: result.jsonText).contains("s3cr3t"))
    }

    @Test("threads that ask for a result's JSON at once get the same text")
    func sharedResult() throws {
        let server = try LoopbackServer { _ in .init() }
        defer { server.stop() }
        let client = try client(server, #""token": "token""#)
        for _ in 0..<20 {
            let result = try cancel(client, "case")
            let pointers = Locked(Set<UInt>())
            onThreads(8) { _ in
                let address = UInt(bitPattern: result.jsonText)
                pointers.withLock { _ = $0.insert(address) }
            }
            #expect(pointers.withLock { $0.count } == 1)
        }
    }

    @Test("no more connections than allowed, and no longer than the deadline for one")
    func waitsForConnection() throws {
        let arrived = Counter()
        let server = try LoopbackServer { _ in
            arrived.add()
            usleep(600_000)
            return .init()
        }
        defer { server.stop() }
        let client = try client(server, #""token": "token", "max_connections": 1"#)
        let group = DispatchGroup()
        group.enter()
        Thread.detachNewThread {
            _ = try? cancel(client, "first")
            group.leave()
        }
        while arrived.count < 1 { usleep(1000) }
        var options = CallOptions(client.configuration)
        options.operation.timeout = 100
        let result = client.cancel(try caseID("second"), options)
        #expect(result.verdict.outcome == .notSent)
        #expect(result.verdict.reason == .deadline)
        group.wait()
        #expect(arrived.count == 1)
    }
}
