import Foundation
import Testing

@testable import KCaseClient
@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("A batch on the transport", .timeLimit(.minutes(2)))
struct BatchTests {
    private func client(_ server: LoopbackServer, _ members: String) throws -> Client {
        let json = CText(#"{"base_url": "http://127.0.0.1:\#(server.port)", \#(members)}"#)
        return try withExtendedLifetime(json) { () throws(InvalidInput) in
            try Client.make(configuredBy: json.pointer)
        }
    }

    private func batch(_ client: Client, _ options: String = "{}") throws -> Batch {
        let json = CText(options)
        return try withExtendedLifetime(json) {
            try #require(Batch.make(client, try BatchOptions(json.pointer)))
        }
    }

    private func add(_ batch: Batch, _ id: String, tag: String? = nil) -> Batch.Addition {
        id.withCString { id in
            (tag.map { #"{"tag": "\#($0)"}"# } ?? "{}").withCString { options in
                batch.add(.cancel, GivenText(id), GivenText(options))
            }
        }
    }

    @Test("gives each case's result once, with its tag, however many are added while it runs")
    func everyResultOnce() throws {
        let server = try LoopbackServer { line in
            line.contains("odd") ? .init(status: 404) : .init(body: "[]")
        }
        defer { server.stop() }
        let batch = try batch(
            client(server, #""token": "token", "max_connections": 4"#), #"{"max_pending": 16}"#)
        var added = 0
        var found: [String: Outcome] = [:]
        while true {
            while added < 300 {
                guard
                    add(batch, "case-\(added)-\(added % 3 == 0 ? "odd" : "even")", tag: "tag-\(added)")
                        == .added
                else { break }
                added += 1
            }
            #expect(batch.pending <= 16)
            guard batch.pending > 0 else { break }
            let result = try #require(batch.next(timeout: -1))
            let id = String(cString: result.caseID.pointer)
            #expect(found[id] == nil)
            found[id] = result.verdict.outcome
            let number = id.split(separator: "-")[1]
            #expect(String(cString: result.jsonText).contains(#""tag":"tag-\#(number)""#))
        }
        #expect(found.count == 300)
        #expect(found.allSatisfy { $0.value == ($0.key.hasSuffix("odd") ? .notFound : .canceled) })
        #expect(batch.next(timeout: -1) == nil)
    }

    @Test("works beside single calls of other threads, while others interrupt it and look at it")
    func amongThreads() throws {
        let server = try LoopbackServer { line in
            if line.contains("slow") { usleep(2000) }
            return .init()
        }
        defer { server.stop() }
        let client = try client(server, #""token": "token", "max_connections": 3"#)
        let batch = try batch(client, #"{"max_in_flight": 8}"#)
        let isOver = Counter()
        let group = DispatchGroup()
        for number in 0..<3 {
            group.enter()
            Thread.detachNewThread {
                while isOver.count == 0 {
                    switch number {
                    case 0:
                        _ = (try? caseID("single")).map {
                            client.cancel($0, CallOptions(client.configuration))
                        }
                    case 1: batch.interrupt()
                    default: _ = batch.stats()
                    }
                    usleep(1000)
                }
                group.leave()
            }
        }
        var outcomes: Set<Outcome> = []
        var results = 0
        for number in 0..<200 {
            #expect(add(batch, "slow-\(number)") == .added)
            while batch.pending > 8, let result = batch.next(timeout: 1000) {
                results += 1
                outcomes.insert(result.verdict.outcome)
            }
        }
        while let result = batch.next(timeout: -1) {
            results += 1
            outcomes.insert(result.verdict.outcome)
        }
        isOver.add()
        group.wait()
        #expect(results == 200)
        #expect(outcomes.isSubset(of: [.canceled, .unknown, .notSent]))
    }

    @Test("is freed while its requests are under way")
    func freedEarly() throws {
        let server = try LoopbackServer { _ in
            usleep(300_000)
            return .init()
        }
        defer { server.stop() }
        let client = try client(server, #""token": "token""#)
        do {
            let batch = try batch(client)
            for number in 0..<20 { #expect(add(batch, "case-\(number)") == .added) }
            #expect(batch.next(timeout: 20) == nil)
            #expect(batch.pending == 20)
        }
        #expect(
            try client.cancel(caseID("after"), CallOptions(client.configuration)).verdict.outcome == .canceled
        )
    }
}
