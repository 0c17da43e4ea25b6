import Testing

@testable import SandboxHTTP

@Suite("Parsing requests")
struct RequestParserTests {
    private func parse(_ text: String) throws -> [Request] {
        var parser = RequestParser()
        parser.append(Array(text.utf8))
        var requests: [Request] = []
        while let request = try parser.next() { requests.append(request) }
        return requests
    }

    @Test("one request with a body")
    func one() throws {
        let request = try #require(
            try parse("POST /a?b HTTP/1.1\r\nHost: x\r\nContent-LENGTH:  3 \r\n\r\nabc").first)
        #expect(request.method == "POST" && request.target == "/a?b")
        #expect(request.body == Array("abc".utf8))
        #expect(request.value(of: "host") == "x")
        #expect(request.keepsAlive)
    }

    @Test("the same request, however it is cut into reads")
    func pieces() throws {
        let text = "\r\nPOST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nhiGET / HTTP/1.0\r\n\r\n"
        let whole = try parse(text)
        #expect(whole.count == 2)
        for size in 1...9 {
            var parser = RequestParser()
            var requests: [Request] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                parser.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
                while let request = try parser.next() { requests.append(request) }
            }
            #expect(requests == whole)
        }
    }

    @Test("whether the connection lives on")
    func keepAlive() throws {
        #expect(try parse("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n")[0].keepsAlive == false)
        #expect(try parse("GET / HTTP/1.0\r\n\r\n")[0].keepsAlive == false)
        #expect(try parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")[0].keepsAlive)
    }

    @Test(
        "what cannot be understood is refused",
        arguments: [
            ("GET /\r\n\r\n", 400), ("GET  / HTTP/1.1\r\n\r\n", 400),
            ("GET / FTP/1.1\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505),
            ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nname : x\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        ])
    func refused(text: String, status: Int) {
        let error = #expect(throws: RequestError.self) { try parse(text) }
        #expect(error?.status == status)
    }

    @Test("a head without an end is refused at its limit")
    func longHead() {
        var parser = RequestParser()
        parser.append(Array(repeating: UInt8(ascii: "a"), count: RequestLimits.headBytesMax + 1))
        #expect(throws: RequestError.headTooLarge) { try parser.next() }
    }
}
