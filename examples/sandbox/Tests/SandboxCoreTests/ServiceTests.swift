import SandboxCore
import Testing

@Suite("Canceling services and searches")
struct ServiceTests {
    private static let screenings = "30bc2c03-c8dd-409a-8da6-e0070ea6a681"

    private static func cancel(_ api: inout Asking, _ id: String, _ services: String...) -> Answer {
        let list = services.map { "\"\($0)\"" }.joined(separator: ",")
        return api.answer(
            "POST", "/case/id/\(id)/services/cancel", body: #"{"serviceIds":[\#(list)]}"#)
    }

    /// What a reading shows of a service.
    private static func status(_ api: inout Asking, _ id: String, _ service: String) -> String? {
        let answer = api.answer("GET", "/case/id/\(id)/data/\(screenings)")
        let record = answer.json?["data"]?.arrayValue?.first { $0["serviceId"]?.stringValue == service }
        return record?["status"]?.stringValue
    }

    private static func isCanceled(_ api: inout Asking, _ id: String, _ service: String) -> Bool? {
        let services = api.answer("GET", "/sandbox/services/\(id)").json?["services"]?.arrayValue
        return services?.first { $0["id"]?.stringValue == service }?["canceled"]?.boolValue
    }

    @Test(
        "works while they are pending",
        arguments: ["service-employment", "service-education", "service-county-criminal"])
    func pending(service: String) {
        var api = Asking()
        #expect(Self.status(&api, Fixtures.id(1), service) == "pending")
        #expect(Self.cancel(&api, Fixtures.id(1), service) == .empty(200))
        #expect(Self.status(&api, Fixtures.id(1), service) == "canceled")
        #expect(Self.isCanceled(&api, Fixtures.id(1), service) == true)
        #expect(Self.status(&api, Fixtures.id(2), service) == "pending")
    }

    @Test(
        "is refused where there is nothing to cancel",
        arguments: ["service-drug-5-panel", "service-mvr", "x"])
    func refused(service: String) {
        var api = Asking()
        let answer = Self.cancel(&api, Fixtures.id(1), service)
        #expect(answer.status == 422)
        #expect(answer.json?["message"] == "Service cannot be canceled.")
    }

    @Test("of the trace goes together with the search that needs it")
    func trace() {
        var api = Asking()
        #expect(Self.cancel(&api, Fixtures.id(1), "service-ssn-trace").status == 422)
        #expect(
            Self.cancel(&api, Fixtures.id(1), "service-ssn-trace", "service-county-criminal") == .empty(200))
        #expect(Self.status(&api, Fixtures.id(1), "service-ssn-trace") == "canceled")
    }

    @Test("of a list is carried out as chosen", arguments: ServiceLists.allCases)
    func lists(choice: ServiceLists) {
        var api = Asking(WorldOptions(services: choice))
        let answer = Self.cancel(&api, Fixtures.id(1), "service-employment", "service-mvr")
        #expect(answer.status == 422)
        let expected = choice == .each ? "canceled" : "pending"
        #expect(Self.status(&api, Fixtures.id(1), "service-employment") == expected)
    }

    @Test("of a list may be carried out in part, with an acceptance")
    func partial() throws {
        var api = try Asking(faults: "kind=partial,count=1,status=200")
        #expect(
            Self.cancel(&api, Fixtures.id(1), "service-employment", "service-education") == .empty(200))
        #expect(Self.status(&api, Fixtures.id(1), "service-employment") == "canceled")
        #expect(Self.status(&api, Fixtures.id(1), "service-education") == "pending")
    }

    @Test("answers as documented where the case or the list is wrong")
    func errors() {
        var api = Asking()
        #expect(Self.cancel(&api, Fixtures.id(99), "service-employment").text == "{}")
        #expect(Self.cancel(&api, Fixtures.id(99), "service-employment").status == 404)
        #expect(Self.cancel(&api, Fixtures.id(15), "service-employment").status == 403)
        let path = "/case/id/\(Fixtures.id(1))/services/cancel"
        #expect(api.answer("POST", path, body: "{}").status == 400)
        #expect(api.answer("POST", path, token: nil, body: "{}") == api.cancel(Fixtures.id(1), token: nil))
        #expect(api.answer("GET", "/case/id/\(Fixtures.id(99))/data/\(Self.screenings)").status == 403)
        #expect(api.answer("GET", "/case/id/\(Fixtures.id(1))/data/service-type-idv").text == "{}")
        #expect(api.answer("GET", "/case/id/\(Fixtures.id(1))/data/other").status == 400)
    }

    @Test("a canceled case has canceled services")
    func canceledCase() {
        var api = Asking()
        _ = api.cancel(Fixtures.id(1))
        #expect(Self.status(&api, Fixtures.id(1), "service-employment") == "canceled")
        #expect(Self.cancel(&api, Fixtures.id(1), "service-employment").status == 422)
    }

    @Test("goes on after its answer, and readings lag, if a rule says so")
    func faults() throws {
        var api = try Asking(
            faults: "kind=answer,on=cancel_services,status=504,form=empty,effect=later,effect_ms=500",
            "kind=lag,lag_ms=300,on=read_services")
        #expect(Self.cancel(&api, Fixtures.id(1), "service-employment").status == 504)
        api.wait(600)
        #expect(Self.status(&api, Fixtures.id(1), "service-employment") == "pending")
        api.wait(300)
        #expect(Self.status(&api, Fixtures.id(1), "service-employment") == "canceled")
    }

    @Test("a search is canceled by itself")
    func search() {
        var api = Asking()
        let path = "/case/data/id/\(Fixtures.id(1)).service-employment/search/id/"
        #expect(api.answer("POST", path + "search-1/cancel") == .empty(200))
        #expect(api.answer("POST", path + "search-1/cancel") == .empty(204))
        #expect(api.answer("POST", path + "search-3/cancel") == .empty(404))
        #expect(api.answer("POST", path + "search-1/cancel", token: "wrong").status == 401)
        #expect(api.answer("POST", "/case/data/id/x/search/id/search-1/cancel") == .empty(404))
        #expect(Self.status(&api, Fixtures.id(1), "service-employment") == "pending")
    }
}
