import SandboxCore
import Testing

@Suite("Faults")
struct FaultTests {
    let id = Fixtures.id(1)

    @Test("without effect, the case stays as it was; with effect, the cancel took place")
    func effect() throws {
        for (effect, applied) in [("false", 0), ("true", 1)] {
            var api = try Asking(faults: "kind=status,status=500,on=cancel,effect=\(effect)")
            #expect(
                api.cancel(id).text
                    == #"{"message":"An error has occurred while canceling the case","#
                    + #""error":"Internal Server Error","statusCode":500}"#)
            #expect(api.world.ledgerRow(id).cancelRequests == 1)
            #expect(api.world.ledgerRow(id).cancelsApplied == applied)
            #expect(api.world.isCanceled(id) == (applied == 1))
        }
    }

    @Test("an effect needs a good token and a case that can be canceled")
    func effectIsReal() throws {
        var api = try Asking(faults: "kind=reset_before,on=cancel,effect=true")
        let path = "/case/id/\(id)/cancel"
        #expect(api.ask("POST", path, token: nil) == .end(.reset))
        #expect(!api.world.isCanceled(id))
        #expect(api.ask("POST", "/case/id/\(Fixtures.id(7))/cancel") == .end(.reset))
        #expect(!api.world.isCanceled(Fixtures.id(7)))
        #expect(api.ask("POST", path) == .end(.reset))
        #expect(api.world.isCanceled(id))
    }

    @Test("a rule can be aimed at an operation and a case, and runs out")
    func aim() throws {
        var api = try Asking(faults: "kind=close_before,on=read,case_id=\(id),times=2")
        #expect(api.read(Fixtures.id(2)).status == 200)
        #expect(api.ask("GET", "/case/id/\(id)") == .end(.close))
        #expect(api.ask("GET", "/case/id/\(id)") == .end(.close))
        #expect(api.read(id).status == 200)
        #expect(api.cancel(id).status == 200)
    }

    @Test("the sandbox's own switches are never spoiled")
    func control() throws {
        var api = try Asking(faults: "kind=garbage,on=any")
        #expect(api.answer("GET", "/sandbox/ledger").status == 200)
        #expect(api.answer("DELETE", "/sandbox/faults").status == 200)
        #expect(api.read(id).status == 200)
    }

    @Test("a rate is kept, and a seed repeats it")
    func rate() throws {
        func run(seed: Int) throws -> [Bool] {
            var api = try Asking(faults: "kind=empty,status=503,on=read,rate=0.1,seed=\(seed)")
            return (0..<2_000).map { _ in api.read(id).status == 503 }
        }
        let first = try run(seed: 7)
        #expect(try run(seed: 7) == first)
        #expect(try run(seed: 8) != first)
        #expect((140...260).contains(first.count { $0 }))
    }

    @Test("a stale read shows the case before its cancel, as often as asked")
    func stale() throws {
        var api = try Asking(faults: "kind=stale_read,times=2")
        #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
        _ = api.cancel(id)
        #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
        #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
        #expect(api.summary(id)["secondaryStatus"] == "Canceled")
    }

    @Test("a slow cancel takes effect on arrival, or only when its answer is due")
    func slow() throws {
        let path = "/case/id/\(id)/cancel"
        var early = try Asking(faults: "kind=slow,delay_ms=50,effect=true")
        #expect(early.ask("POST", path) == .answerLate(.empty(200), delayMS: 50))
        #expect(early.world.isCanceled(id))

        var late = try Asking(faults: "kind=slow,delay_ms=50")
        #expect(late.ask("POST", path) == .handleLate(delayMS: 50))
        #expect(!late.world.isCanceled(id))
        let call = Call("POST", path, authorization: "Bearer \(Credentials.token)")
        #expect(late.world.handleLate(call, at: Stamp(milliseconds: 0)) == .empty(200))
        #expect(late.world.isCanceled(id))
        #expect(late.world.ledgerRow(id).cancelRequests == 1)
    }

    @Test("half an answer promises more than it sends")
    func cut() throws {
        var api = try Asking(faults: "kind=truncate,on=read", "kind=reset_during,on=cancel")
        guard case .cut(let half, let sent, let declared, .close) = api.ask("GET", "/case/id/\(id)")
        else {
            Issue.record("not cut")
            return
        }
        #expect(half.status == 200 && declared == half.body.count && sent < declared && sent > 0)
        guard case .cut(let cut, _, _, .reset) = api.ask("POST", "/case/id/\(id)/cancel") else {
            Issue.record("not reset")
            return
        }
        #expect(cut.status == 200)
        #expect(!api.world.isCanceled(id))
    }

    @Test("other answers: redirect, retry later, own body, validation, a gateway's page")
    func answers() throws {
        func answer(_ rule: String) throws -> Answer {
            var api = try Asking(faults: rule)
            return api.cancel(id)
        }
        let redirect = try answer("kind=status,status=302,location=/elsewhere")
        #expect(redirect.header("Location") == "/elsewhere" && redirect.body.isEmpty)
        let busy = try answer("kind=status,status=429,retry_after=2")
        #expect(busy.header("Retry-After") == "2")
        #expect(busy.json?["statusCode"] == 429)
        let own = try answer("kind=status,status=418,body=tea,content_type=text/plain")
        #expect(own.text == "tea" && own.header("Content-Type") == "text/plain")
        #expect(try answer("kind=message_array").json?["message"]?.arrayValue?.count == 2)
        let page = try answer("kind=html,status=504")
        #expect(page.status == 504 && page.header("Content-Type") == "text/html")
        #expect(try answer("kind=empty,status=503") == .empty(503))
        #expect(try answer("kind=status,status=401").body.isEmpty)
    }
}
