import SandboxCore
import Testing

@Suite("Work that goes on")
struct LaterEffectTests {
    let id = Fixtures.id(1)

    @Test(
        "a gateway gives up, the service does not",
        arguments: [408, 460, 499, 500, 502, 503, 504, 520, 524])
    func later(status: Int) throws {
        var api = try Asking(
            faults: "kind=answer,on=cancel,status=\(status),form=gateway_page,effect=later,effect_ms=3000")
        #expect(api.cancel(id).status == status)
        #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
        #expect(ledger(&api)["cancels_at_work"] == 1 && ledger(&api)["canceled"] == false)
        api.wait(2_980)
        #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
        api.wait(20)
        #expect(api.summary(id)["secondaryStatus"] == "Canceled")
        let row = ledger(&api)
        #expect(row["canceled"] == true && row["cancels_applied"] == 1 && row["cancels_applied_later"] == 1)
        #expect(row["cancels_at_work"] == 0)
    }

    @Test("any fault can have a later effect, and a case is canceled once")
    func once() throws {
        var api = try Asking(faults: "kind=reset_before,on=cancel,times=2,effect=later,effect_ms=100")
        let path = "/case/id/\(id)/cancel"
        #expect(api.ask("POST", path) == .end(.reset))
        #expect(api.ask("POST", path) == .end(.reset))
        #expect(ledger(&api)["cancels_at_work"] == 2)
        #expect(api.cancel(id).status == 200)
        api.wait(200)
        let row = ledger(&api)
        #expect(
            row["cancels_applied"] == 1 && row["cancels_applied_later"] == 0 && row["cancels_at_work"] == 0)
    }

    @Test("work needs a good token and a case that can be canceled")
    func real() throws {
        var api = try Asking(faults: "kind=answer,on=cancel,form=empty,status=504,effect=later,effect_ms=10")
        _ = api.cancel(id, token: "wrong")
        for number in [7, 10, 14, 15, 99] { _ = api.cancel(Fixtures.id(number)) }
        api.wait(20)
        #expect(api.answer("GET", "/sandbox/ledger").json?["totals"]?["cancels_applied"] == 0)
    }

    @Test("further cancels of a case at work are refused until it is done", arguments: [409, 422])
    func meanwhile(status: Int) throws {
        let rules = [
            "kind=at_work,work_ms=500,meanwhile=\(status)",
            "kind=answer,on=cancel,status=504,form=gateway_timeout,"
                + "effect=later,effect_ms=500,meanwhile=\(status)",
        ]
        for rule in rules {
            var api = try Asking(faults: rule)
            _ = api.ask("POST", "/case/id/\(id)/cancel")
            let second = api.cancel(id)
            #expect(second.status == status && second.json?["statusCode"] == .integer(status))
            #expect(status == 409 || second.json?["message"] == "Unable to cancel case.")
            #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
            api.wait(500)
            #expect(api.summary(id)["secondaryStatus"] == "Canceled")
            #expect(ledger(&api)["cancels_applied"] == 1)
        }
    }

    @Test("a cancel at work is answered when it is done; one that is refused, at once")
    func atWork() throws {
        var api = try Asking(faults: "kind=at_work,work_ms=500")
        #expect(api.ask("POST", "/case/id/\(id)/cancel") == .answerLate(.empty(200), delayMS: 500))
        #expect(api.cancel(Fixtures.id(7)).status == 422)
        #expect(api.cancel(id, token: "wrong").status == 401)
    }

    @Test("readings of a replica lag behind, in a read and in a list")
    func lag() throws {
        var api = try Asking(faults: "kind=lag,lag_ms=1000")
        _ = api.cancel(id)
        #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
        #expect(canceledInList(&api) == false)
        api.wait(1_000)
        #expect(api.summary(id)["secondaryStatus"] == "Canceled")
        #expect(canceledInList(&api) == true)
        #expect(api.summary(Fixtures.id(14))["secondaryStatus"] == "Canceled")
        #expect(api.read(Fixtures.id(15)).status == 403)
    }

    private func ledger(_ api: inout Asking) -> JSON {
        api.answer("GET", "/sandbox/ledger/\(id)").json ?? .null
    }

    private func canceledInList(_ api: inout Asking) -> Bool? {
        let cases = api.answer("GET", "/case/list").json?["cases"]?.arrayValue
        return cases?.first { $0["id"] == .string(id) }.map { $0["secondaryStatus"] == "Canceled" }
    }
}
