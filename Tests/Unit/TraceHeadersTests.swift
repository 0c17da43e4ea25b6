import KCaseClient
import KCaseSystem
import Testing

@testable import KCaseHTTP

@Suite("Trace headers")
struct TraceHeadersTests {
    private func given(_ options: String) throws(InvalidInput) -> TraceHeaders? {
        let read = try configuration(#"{"environment": "stage", "token": "t"}"#)
        let json = CText(options)
        defer { withExtendedLifetime(json) {} }
        return try CallOptions(GivenText(json.pointer), read).operation.trace
    }

    private func lines(_ options: String) throws -> [String] {
        var lines: [String] = []
        try given(options)?.forEachLine { lines.append(String(cString: $0)) }
        return lines
    }

    @Test("each is a line under the name that is usual, in the order given")
    func lines() throws {
        let options = #"{"headers": {"X-Request-Id": "r 7", "TRACEPARENT": "00-1", "tracestate": "~!"}}"#
        #expect(try lines(options) == ["x-request-id: r 7", "traceparent: 00-1", "tracestate: ~!"])
    }

    @Test("none cost nothing", arguments: ["{}", #"{"headers": {}}"#, #"{"headers": null}"#])
    func none(options: String) throws {
        #expect(try given(options) == nil)
    }

    @Test("a value of the most bytes is taken")
    func longest() throws {
        let value = String(repeating: "x", count: 512)
        #expect(try lines(#"{"headers": {"tracestate": "\#(value)"}}"#) == ["tracestate: \(value)"])
    }

    @Test(
        "a value cannot end its line, and is not quoted",
        arguments: [
            #""s3cret\r\nHost: evil""#, #""s3cret\n""#, #""s3cret\r""#, #""s3cret\t""#, #"" s3cret""#,
            #""s3cret ""#, #""s3cret\u007f""#, #""s3cret\u00e9""#, #""""#, "7", "null", "[]", "{}",
            "\"" + String(repeating: "s", count: 513) + "\"",
        ])
    func values(value: String) {
        let rule = "must be a string of 1 to 512 bytes, printable ASCII without a blank at an end"
        #expect {
            try lines(#"{"headers": {"tracestate": \#(value)}}"#)
        } throws: {
            ($0 as? InvalidInput)?.message == "headers: tracestate " + rule
        }
    }

    @Test(
        "no other name is taken, or quoted",
        arguments: [
            "authorization", "Host", "", "traceparent ", "trace\\r\\nparent", "x_request_id", "traceparen",
        ])
    func names(name: String) {
        #expect {
            try lines(#"{"headers": {"\#(name)": "x"}}"#)
        } throws: {
            ($0 as? InvalidInput)?.message
                == "headers: may hold traceparent, tracestate and x-request-id only"
        }
    }

    @Test("a name is given once, whatever its letter case")
    func repeated() {
        #expect {
            try lines(#"{"headers": {"tracestate": "a", "TraceState": "b"}}"#)
        } throws: {
            ($0 as? InvalidInput)?.message == "headers: tracestate is given twice"
        }
    }

    @Test("knows its values again, and no part of one")
    func held() throws {
        let trace = try #require(try given(#"{"headers": {"x-request-id": "abc-1", "tracestate": "k=v"}}"#))
        #expect(trace.hold("abc-1"))
        #expect(trace.hold("k=v"))
        #expect(!trace.hold("abc"))
        #expect(!trace.hold("abc-12"))
        #expect(!trace.hold(""))
    }
}
