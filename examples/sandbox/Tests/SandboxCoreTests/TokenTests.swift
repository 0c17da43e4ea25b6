import SandboxCore
import Testing

@Suite("Tokens")
struct TokenTests {
    static let pair = """
        {"apiKey":"\(Credentials.apiKey)","clientAccessToken":"\(Credentials.clientAccessToken)"}
        """

    private func mint(_ api: inout Asking) -> String {
        api.answer("POST", "/auth/api", token: nil, body: Self.pair).json?["token"]?.stringValue
            ?? ""
    }

    @Test("a good pair gets the documented answer")
    func good() throws {
        var api = Asking()
        let answer = api.answer("POST", "/auth/api", token: nil, body: Self.pair)
        #expect(answer.status == 200)
        let json = try #require(answer.json)
        for name in ["id", "username", "token", "groupProfileId"] {
            #expect(json[name]?.stringValue?.isEmpty == false, "\(name)")
        }
        let parts = try #require(json["token"]?.stringValue).split(separator: ".")
        #expect(parts.count == 3)
        #expect(parts[0] == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9")
        #expect(parts[2].utf8.count == 43)
    }

    @Test("each call gets a fresh token, and all of them work")
    func fresh() {
        var api = Asking()
        let first = mint(&api)
        let second = mint(&api)
        #expect(first != second)
        #expect(api.read(Fixtures.id(1), token: first).status == 200)
        #expect(api.read(Fixtures.id(1), token: second).status == 200)
    }

    @Test("a wrong pair is a 403")
    func wrong() {
        var api = Asking()
        let body = #"{"apiKey":"a","clientAccessToken":"b"}"#
        let answer = api.answer("POST", "/auth/api", token: nil, body: body)
        #expect(answer.status == 403)
        #expect(answer.json?["error"] == "Forbidden")
    }

    @Test(
        "missing fields and broken bodies are a 400 with an array of messages",
        arguments: ["", "{", "[]", "{}", #"{"apiKey":1,"clientAccessToken":null}"#])
    func malformed(body: String) {
        var api = Asking()
        let answer = api.answer("POST", "/auth/api", token: nil, body: body)
        #expect(answer.status == 400)
        #expect(
            answer.json?["message"]
                == ["apiKey must be a string", "clientAccessToken must be a string"])
    }

    @Test("revoking all leaves the fixed token; revoking one takes just that one")
    func revoke() {
        var api = Asking()
        let first = mint(&api)
        let second = mint(&api)
        _ = api.answer("POST", "/sandbox/tokens/revoke", body: #"{"token":"\#(first)"}"#)
        #expect(api.cancel(Fixtures.id(1), token: first).status == 401)
        #expect(api.read(Fixtures.id(1), token: second).status == 200)
        #expect(api.answer("POST", "/sandbox/tokens/revoke").text == #"{"revoked":1}"#)
        #expect(api.read(Fixtures.id(1), token: second).status == 403)
        #expect(api.read(Fixtures.id(1)).status == 200)
        let fixed = #"{"token":"\#(Credentials.token)"}"#
        _ = api.answer("POST", "/sandbox/tokens/revoke", body: fixed)
        #expect(api.read(Fixtures.id(1)).status == 403)
        _ = api.answer("POST", "/sandbox/reset")
        #expect(api.read(Fixtures.id(1)).status == 200)
    }
}
