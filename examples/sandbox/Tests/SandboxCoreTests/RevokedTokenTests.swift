import SandboxCore
import Testing

@Suite("Tokens that a fault revokes")
struct RevokedTokenTests {
    let id = Fixtures.id(1)
    let pair = """
        {"apiKey":"\(Credentials.apiKey)","clientAccessToken":"\(Credentials.clientAccessToken)"}
        """

    @Test(
        "are refused in the service's form, on every request, until a new one is minted",
        arguments: [401, 403])
    func mintedAnew(status: Int) throws {
        var api = try Asking(faults: "kind=revoke,on=cancel,status=\(status),times=1")
        let first = mint(&api)
        #expect(api.read(id, token: first).status == 200)
        let refusal = api.cancel(id, token: first)
        #expect(refusal.status == status)
        #expect(status == 401 ? refusal.body.isEmpty : refusal.json?["statusCode"] == 403)
        #expect(api.cancel(id, token: first).status == status)
        let reading = api.read(id, token: first)
        #expect(reading.status == status && reading.json?["statusCode"] == .integer(status))
        let second = mint(&api)
        #expect(second != first)
        #expect(api.cancel(id, token: second).status == 200)
        #expect(api.cancel(id, token: first).status == status)
    }

    @Test("may be every one, new ones too as long as the rule lasts")
    func all() throws {
        var api = try Asking(faults: "kind=revoke,tokens=all,status=403,on=cancel,times=2")
        let first = mint(&api)
        let second = mint(&api)
        #expect(api.cancel(id, token: first).status == 403)
        #expect(api.read(id, token: second).status == 403)
        #expect(api.read(id).status == 403)
        let third = mint(&api)
        #expect(api.cancel(id, token: third).status == 403)
        let fourth = mint(&api)
        #expect(api.cancel(id, token: fourth).status == 200)
    }

    @Test("may be every minted one, and not the fixed one")
    func minted() throws {
        var api = try Asking(faults: "kind=revoke,tokens=minted,on=read,times=1")
        let first = mint(&api)
        #expect(api.read(id).status == 401)
        #expect(api.read(id, token: first).status == 401)
        #expect(api.cancel(id).status == 200)
    }

    private func mint(_ api: inout Asking) -> String {
        api.answer("POST", "/auth/api", token: nil, body: pair).json?["token"]?.stringValue ?? ""
    }
}
