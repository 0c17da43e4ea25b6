import Testing

@testable import KCaseHTTP
@testable import KCaseKarmaCheck
@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("Whose answer it is")
struct AnswerFormTests {
    private func bytes<Output>(
        _ body: [UInt8], _ status: Int32, isFromCache: Bool = false, _ decode: (Reply) -> Output
    ) -> Output {
        body.withUnsafeBufferPointer { bytes in
            decode(Reply(status: status, isFromCache: isFromCache, body: bytes))
        }
    }

    private func cancel(_ body: [UInt8], _ status: Int32 = 200, isFromCache: Bool = false) -> Answer {
        bytes(body, status, isFromCache: isFromCache) { reply in
            guard let id = try? caseID("abc") else { return Answer(status: 0) }
            return AnswerDecoder.decodeCancel(reply, of: id)
        }
    }

    private func cancel(_ body: String, _ status: Int32 = 200) -> Answer { cancel(Array(body.utf8), status) }

    @Test(
        "a success without a contradiction is one, in whatever form",
        arguments: [
            "", " \r\n", "success", "\u{FEFF}", "OK", #""success""#, "{}", "[]", "null", "true", "0",
            #"{"statusCode":200}"#, #"{"statusCode":"201","message":"done"}"#, #"{"status":"success"}"#,
            #"{"success":true,"error":null}"#, #"{"error":"","errors":[]}"#, #"{"errors":{},"ok":true}"#,
            #"{"httpStatus":"OK"}"#, #"{"cases":[{"id":"xyz","caseStatus":"Pending"}]}"#,
            #"{"message":"canceled","code":0}"#, "\u{FEFF}{\"id\":\"abc\"}",
            #"{"cases":[{"id":"abc","secondaryCaseStatusId":"4155584B-708c-4108-86a8-8f3321b9b17c"}]}"#,
        ])
    func acceptance(body: String) {
        #expect(cancel(body).contradiction == nil)
    }

    @Test(
        "a success that says otherwise is none",
        arguments: [
            "<html>", " \n<!DOCTYPE html><title>Log in</title>", "\u{FEFF}<?xml version=\"1.0\"?><Fault/>",
            #"{"statusCode":500,"message":"x"}"#, #"{"StatusCode":"503"}"#, #"{"status":404}"#,
            #"{"code":400}"#, #"{"errorMessage":"x"}"#, #"{"error_message":"x"}"#, #"{"Error":{"a":1}}"#,
            #"{"errors":["x"]}"#, #"{"success":false}"#, #"{"success":"false"}"#, #"{"ok":0}"#, "false",
            " false ", #"{"httpStatus":"CONFLICT"}"#, #"{"status":"error"}"#, #"{"result":"failed"}"#,
            #"{"data":{"error":"x"}}"#, #"[{"error":"x"}]"#, #"{"fault":{}, "faultstring":"x"}"#,
            #"{"a":1"#, #"{"a" 1}"#, "[1,2", "\u{1}\u{2}", "Service Unavailable: maintenance",
            "upstream connect error", "Access denied",
            #"{"cases":[{"id":"abc","caseStatus":"Pending"}]}"#,
            #"{"id":"ABC","caseStatusId":"x","secondaryStatus":"Waiting"}"#,
        ])
    func contradiction(body: String) {
        #expect(cancel(body).contradiction != nil)
    }

    @Test("compressed bytes, another encoding and a cache's answer are none")
    func bytes() {
        #expect(cancel([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]).contradiction != nil)
        #expect(cancel(Array("ok".utf16).flatMap { [UInt8($0), 0] }).contradiction != nil)
        #expect(cancel([0xFF, 0xFE, 0x41]).contradiction != nil)
        #expect(cancel([], isFromCache: true).contradiction != nil)
    }

    @Test(
        "an error is the service's own with its members and its status, or without a body where documented",
        arguments: [
            (401, "", true), (403, " ", true), (404, "", true), (409, "", false), (422, "", false),
            (500, "", false), (400, "", false),
            (422, #"{"message":"Unable to cancel case.","error":"E","statusCode":422}"#, true),
            (403, "\u{FEFF}{\"message\":\"x\",\"statusCode\":403}", true),
            (400, #"{"message":["a","b"],"statusCode":400}"#, true),
            (403, #"{"message":"x","statusCode":401}"#, false), (403, #"{"statusCode":403}"#, false),
            (403, #"{"message":"Missing Authentication Token"}"#, false),
            (403, "<html><title>Blocked</title>", false), (404, "Cannot POST /case/id/x/cancel", false),
            (404, #"{"message":"Cannot POST /a","error":"Not Found","statusCode":404}"#, false),
            (404, "default backend - 404", false), (500, #"{"statusCode":500,"statusCode":500}"#, false),
            (500, #"[{"statusCode":500,"message":"x"}]"#, false),
        ] as [(Int32, String, Bool)])
    func form(status: Int32, body: String, isOwn: Bool) {
        let answer = cancel(body, status)
        #expect(answer.isOwn == isOwn)
        #expect(answer.hasOwnWords == (isOwn && body.contains("message")))
    }

    @Test("a probe is answered by JSON that contradicts nothing")
    func probe() {
        let cases: [(String, Bool)] = [
            ("[]", true), ("{}", true), (#"{"packages":[]}"#, true), ("", false), ("ok", false),
            ("<html>", false), (#"{"error":"x"}"#, false), ("null", false),
        ]
        for (body, isAnswered) in cases {
            let answer = bytes(Array(body.utf8), 200) { AnswerDecoder.decodeProbe($0) }
            #expect((answer.contradiction == nil) == isAnswered, "\(body)")
        }
    }

    @Test("no bytes trap, and no cut or changed body of an error becomes a success")
    func robust() {
        var random = SplitMix(seed: 7)
        let bodies = [
            #"{"statusCode":500,"message":"An error has occurred","error":{"a":[1,{"b":"\u00e9\ud83d"}]}}"#,
            #"{"cases":[{"id":"abc","caseStatus":"Pending","secondaryCaseStatusId":null}]}"#,
            "<html><title>x</title>", "[[[[[{\"errors\":[\"\\\\\"]}]]]]]",
        ]
        for body in bodies {
            let whole = Array(body.utf8)
            for cut in 0...whole.count { _ = cancel(Array(whole[..<cut])) }
            for _ in 0..<3000 {
                var changed = whole
                for _ in 0..<(1 + Int(random.next() % 4)) {
                    changed[Int(random.next() % UInt64(changed.count))] = UInt8(
                        truncatingIfNeeded: random.next())
                }
                _ = cancel(changed)
                _ = cancel(changed, 422)
                _ = bytes(changed, 200) { AnswerDecoder.decodeProbe($0) }
            }
        }
    }
}

/// Chance that can be repeated.
struct SplitMix {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Jitter.spread(state)
    }
}
