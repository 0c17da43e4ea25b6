import SandboxCore
import SandboxHTTP
import Testing

@Suite("Faults on the wire", .serialized, .timeLimit(.minutes(2)))
struct WireFaultTests {
    let cancelOne = "/case/id/\(Fixtures.id(1))/cancel"

    @Test("reset_before: RST and not one byte")
    func resetBefore() async throws {
        try await withServer(faults: "kind=reset_before,on=cancel,effect=true") { server in
            let (text, ending) = try await exchange(server, "POST", cancelOne)
            #expect(text.isEmpty && ending == .reset)
            let (row, _) = try await exchange(server, "GET", "/sandbox/ledger/\(Fixtures.id(1))")
            #expect(row.contains(#""cancel_requests":1,"cancels_applied":1"#))
        }
    }

    @Test("reset_during: a head, a part of a body, RST")
    func resetDuring() async throws {
        try await withServer(faults: "kind=reset_during,on=cancel") { server in
            let (text, ending) = try await exchange(server, "POST", cancelOne)
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && ending == .reset)
            #expect(text.isCutShort)
        }
    }

    @Test("close_before: FIN and not one byte")
    func closeBefore() async throws {
        try await withServer(faults: "kind=close_before") { server in
            let (text, ending) = try await exchange(server, "POST", cancelOne)
            #expect(text.isEmpty && ending == .fin)
        }
    }

    @Test("truncate: less body than promised, FIN")
    func truncate() async throws {
        try await withServer(faults: "kind=truncate") { server in
            for (method, path) in [("POST", cancelOne), ("GET", "/case/id/\(Fixtures.id(1))")] {
                let (text, ending) = try await exchange(server, method, path)
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && ending == .fin)
                #expect(text.isCutShort)
            }
        }
    }

    @Test("garbage: bytes that are not HTTP")
    func garbage() async throws {
        try await withServer(faults: "kind=garbage") { server in
            let (text, ending) = try await exchange(server, "POST", cancelOne)
            #expect(!text.isEmpty && !text.contains("HTTP/") && ending == .fin)
        }
    }

    @Test("hang: silence until the time is up")
    func hang() async throws {
        try await withServer(faults: "kind=hang,delay_ms=300") { server in
            let wire = try await Wire.connect(to: server)
            defer { wire.close() }
            try await wire.send("POST", cancelOne)
            let early = try await wire.receive(withinMS: 150)
            #expect(early.text.isEmpty && early.ending == .stillOpen)
            let late = try await wire.receive(withinMS: 2_000)
            #expect(late.text.isEmpty && late.ending == .fin)
        }
    }

    @Test("slow: the answer, late; an effect that waits for it comes even if the client left")
    func slow() async throws {
        try await withServer(faults: "kind=slow,delay_ms=150,on=cancel") { server in
            let path = "/sandbox/ledger/\(Fixtures.id(1))"
            let (text, ending) = try await exchange(server, "POST", cancelOne, withinMS: 50)
            #expect(text.isEmpty && ending == .stillOpen)
            let (before, _) = try await exchange(server, "GET", path)
            #expect(before.contains(#""canceled":false"#))
            try await Task.sleep(for: .milliseconds(300))
            let (after, _) = try await exchange(server, "GET", path)
            #expect(after.contains(#""canceled":true"#))
        }
    }

    @Test("oversize: every promised byte, and the connection lives on")
    func oversize() async throws {
        let bytes = 3 * 1024 * 1024 + 17
        try await withServer(faults: "kind=oversize,body_bytes=\(bytes)") { server in
            let (text, ending) = try await exchange(server, "GET", "/package/min/list")
            #expect(text.contains("Content-Length: \(bytes)\r\n") && ending == .fin)
            #expect(text.bodyBytes == bytes)
        }
    }

    @Test("html, redirects and waits are ordinary answers")
    func answers() async throws {
        try await withServer(
            faults: "kind=html,status=503,times=1", "kind=status,status=302,location=/x,times=1",
            "kind=status,status=429,retry_after=7"
        ) { server in
            let html = try await exchange(server, "POST", cancelOne).text
            #expect(html.contains("Content-Type: text/html\r\n") && html.contains("<html>"))
            let redirect = try await exchange(server, "POST", cancelOne).text
            #expect(redirect.hasPrefix("HTTP/1.1 302 Found\r\nLocation: /x\r\n"))
            let busy = try await exchange(server, "POST", cancelOne).text
            #expect(busy.contains("Retry-After: 7\r\n"))
        }
    }

    @Test("later: the ledger tells what took effect after the answer, though nobody called again")
    func later() async throws {
        let rule =
            "kind=answer,on=cancel,status=524,form=gateway_page,effect=later,effect_ms=200,meanwhile=409"
        try await withServer(faults: rule) { server in
            let path = "/sandbox/ledger/\(Fixtures.id(1))"
            let answer = try await exchange(server, "POST", cancelOne).text
            #expect(answer.hasPrefix("HTTP/1.1 524 A Timeout Occurred\r\n"))
            let before = try await exchange(server, "GET", path).text
            #expect(before.contains(#""canceled":false"#) && before.contains(#""cancels_at_work":1"#))
            #expect(try await exchange(server, "POST", cancelOne).text.hasPrefix("HTTP/1.1 409 "))
            try await Task.sleep(for: .milliseconds(300))
            let after = try await exchange(server, "GET", path).text
            #expect(after.contains(#""canceled":true"#) && after.contains(#""cancels_applied_later":1"#))
        }
    }

    @Test("at_work: the answer comes when the work is done")
    func atWork() async throws {
        try await withServer(faults: "kind=at_work,work_ms=200") { server in
            let start = ContinuousClock.now
            #expect(try await exchange(server, "POST", cancelOne).text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(ContinuousClock.now - start >= .milliseconds(200))
            let row = try await exchange(server, "GET", "/sandbox/ledger/\(Fixtures.id(1))").text
            #expect(row.contains(#""canceled":true"#))
        }
    }

    @Test("rules come and go while it runs")
    func switches() async throws {
        try await withServer { server in
            let rule = #"{"kind":"reset_before","on":"read"}"#
            let added = try await exchange(server, "POST", "/sandbox/faults", body: rule).text
            #expect(added.hasSuffix(#"{"faults":1}"#))
            let read = "/case/id/\(Fixtures.id(1))"
            #expect(try await exchange(server, "GET", read).ending == .reset)
            _ = try await exchange(server, "DELETE", "/sandbox/faults")
            #expect(try await exchange(server, "GET", read).text.hasPrefix("HTTP/1.1 200"))
        }
    }
}

extension String {
    /// The bytes after the head.
    var bodyBytes: Int {
        guard let end = firstRange(of: "\r\n\r\n") else { return 0 }
        return self[end.upperBound...].utf8.count
    }

    /// Whether a body began and is shorter than its head promised.
    var isCutShort: Bool {
        guard let name = firstRange(of: "Content-Length: "),
            let promised = Int(self[name.upperBound...].prefix { $0.isNumber })
        else { return false }
        return bodyBytes > 0 && bodyBytes < promised
    }
}
