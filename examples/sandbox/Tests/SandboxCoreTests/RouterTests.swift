import SandboxCore
import Testing

@Suite("Routes")
struct RouterTests {
    @Test("a segment is decoded once, after the path was split")
    func decoding() {
        #expect(
            Router.route("POST", "/case/id/a%2Fb%252F/cancel")
                == .operation(.cancel(caseID: "a/b%2F")))
        #expect(Router.route("GET", "/case/id/%zz") == .operation(.read(caseID: "%zz")))
        #expect(Router.route("GET", "/case/id/%ff") == .operation(.read(caseID: "\u{fffd}")))
    }

    @Test(
        "what is no route stays none",
        arguments: [
            "", "*", "/", "/case/id//cancel", "/case/id/", "/case/id/a/b/cancel", "/CASE/id/a",
            "/case/id/a/cancel/", "case/id/a",
        ])
    func unknown(target: String) {
        #expect(Router.route("POST", target) == .noRoute)
    }

    @Test("a wrong method on a known route names the right ones")
    func methods() {
        #expect(Router.route("GET", "/case/id/a/cancel") == .wrongMethod(allow: "POST"))
        #expect(Router.route("post", "/auth/api") == .wrongMethod(allow: "POST"))
        #expect(Router.route("PUT", "/sandbox/faults") == .wrongMethod(allow: "GET, POST, DELETE"))
        var api = Asking()
        #expect(api.answer("DELETE", "/case/id/a").header("Allow") == "GET")
    }

    @Test("a query does not disturb a path")
    func query() {
        #expect(Router.route("POST", "/case/id/a/cancel?x=1") == .operation(.cancel(caseID: "a")))
    }
}
