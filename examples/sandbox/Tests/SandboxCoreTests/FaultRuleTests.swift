import Testing

@testable import SandboxCore

@Suite("Fault rules")
struct FaultRuleTests {
    @Test("the command line and JSON say the same thing")
    func spelling() throws {
        let line = "kind=status,status=503,retry_after=1,on=cancel,rate=0.1,seed=7,effect=true"
        let rule = try #require(try FaultRule.parse(argument: line).first)
        #expect(rule.target == .cancel)
        #expect(rule.rate == 0.1)
        #expect(rule.seed == 7)
        #expect(rule.effect == .before)
        #expect(
            rule.kind
                == .answer(
                    FaultAnswer(
                        status: 503, body: .documented,
                        headers: [Answer.Header("Retry-After", "1")])))
        let text = """
            {"kind":"status","status":503,"retry_after":"1","on":"cancel","rate":0.1,"seed":7,\
            "effect":true}
            """
        let json = try #require(try FaultRule.parse(argument: text).first)
        #expect(json.kind == rule.kind && json.rate == rule.rate && json.effect == rule.effect)
    }

    @Test(
        "a mistake is named",
        arguments: [
            ("status=500", #""kind" is missing"#),
            ("kind=status", #""status" is missing"#),
            ("kind=status,status=99", #""status" is a whole number from 200 to 999"#),
            ("kind=reset_before,status=500", #""status" means nothing to kind "reset_before""#),
            ("kind=hang,delay_ms=60001", #""delay_ms" is a whole number from 0 to 60000"#),
            (
                "kind=oversize,body_bytes=67108865",
                #""body_bytes" is a whole number from 1 to 67108864"#
            ),
            ("kind=garbage,rate=1.5", #""rate" is a number from 0 to 1"#),
            ("kind=garbage,effect=yes", #""effect" is one of before, later, none; not "yes""#),
            ("kind=garbage,effect=later", #""effect": "later" is for "on": "cancel" or "cancel_services""#),
            ("kind=garbage,effect_ms=5", #""effect_ms" means nothing to kind "garbage""#),
            ("kind=garbage,on=cancel,effect=later,meanwhile=410", #""meanwhile" is 409 or 422"#),
            ("kind=blemish", #""form" is missing"#),
            (
                "kind=lag,on=cancel",
                #"kind "lag" is for "on": "any" or "read" or "list" or "read_services""#
            ),
            ("kind=at_work,on=read", #"kind "at_work" is for "on": "cancel""#),
            ("kind=revoke,status=402", #""status" is 401 or 403"#),
            (
                "kind=revoke,on=mint",
                #"kind "revoke" is for "on": "any" or "cancel" or "read" or "list" or "check""#
                    + #" or "cancel_services" or "read_services" or "cancel_search""#
            ),
            ("kind=garbage,times=0", #""times" is a whole number from 1 to 2147483647"#),
            ("kind=garbage,kind=html", #""kind" is given twice"#),
            ("kind=stale_read,on=cancel", #"kind "stale_read" is for "on": "read" or "read_services""#),
            ("nonsense", #""nonsense" is not name=value"#),
            ("{", "not JSON: {"),
            ("[1]", "a fault rule is an object"),
        ])
    func mistakes(argument: String, message: String) {
        #expect(throws: FaultError(message)) { try FaultRule.parse(argument: argument) }
    }

    @Test("a header cannot be broken out of")
    func headers() {
        let text = #"{"kind":"status","status":302,"location":"/x\r\nSet-Cookie: a"}"#
        #expect(throws: FaultError.self) { try FaultRule.parse(argument: text) }
    }

    @Test("no more rules than the limit, and a batch is taken whole or not at all")
    func limit() throws {
        var api = Asking()
        let batch = Array(repeating: #"{"kind":"garbage"}"#, count: FaultLimits.rulesMax - 1)
        let body = "[" + batch.joined(separator: ",") + "]"
        #expect(api.answer("POST", "/sandbox/faults", body: body).status == 200)
        let two = #"[{"kind":"garbage"},{"kind":"garbage"}]"#
        #expect(api.answer("POST", "/sandbox/faults", body: two).status == 400)
        let one = #"{"kind":"garbage"}"#
        #expect(api.answer("POST", "/sandbox/faults", body: one).text == #"{"faults":256}"#)
    }
}
