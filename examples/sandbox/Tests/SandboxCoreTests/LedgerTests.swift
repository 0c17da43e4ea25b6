import SandboxCore
import Testing

@Suite("The ledger")
struct LedgerTests {
    @Test("counts what arrived and what took effect")
    func counts() throws {
        var api = Asking(WorldOptions(seededCases: 1))
        _ = api.cancel(Fixtures.id(1))
        _ = api.cancel(Fixtures.id(1))
        _ = api.cancel(Fixtures.id(7), token: nil)
        _ = api.read(Fixtures.id(1))
        _ = api.answer("POST", "/auth/api")
        _ = api.answer("GET", "/package/min/list")
        _ = api.answer("GET", "/nowhere")
        let ledger = api.answer("GET", "/sandbox/ledger")
        #expect(
            ledger.text
                == #"{"totals":{"requests":7,"auth_requests":1,"cancel_requests":3,"#
                + #""cancels_applied":1,"cancels_applied_later":0,"reads":1,"lists":0,"checks":1,"#
                + #""faults_fired":0},"#
                + #""case_count":2,"cases":[{"id":"\#(Fixtures.id(1))","known":true,"#
                + #""canceled":true,"cancel_requests":2,"cancels_applied":1,"#
                + #""cancels_applied_later":0,"cancels_at_work":0,"reads":1},"#
                + #"{"id":"\#(Fixtures.id(7))","known":true,"canceled":false,"#
                + #""cancel_requests":1,"cancels_applied":0,"cancels_applied_later":0,"#
                + #""cancels_at_work":0,"reads":0}]}"#
        )
    }

    @Test("answers for one case, touched or not")
    func one() {
        var api = Asking()
        let old = api.answer("GET", "/sandbox/ledger/\(Fixtures.id(14))").json
        #expect(old?["canceled"] == true && old?["cancels_applied"] == 0)
        #expect(api.answer("GET", "/sandbox/ledger/a%2Fb").json?["known"] == false)
    }

    @Test("is read page by page")
    func pages() {
        var api = Asking(WorldOptions(seededCases: 25))
        for number in 1...25 { _ = api.cancel(CaseBook.seededID(number)) }
        let page = api.answer("GET", "/sandbox/ledger?offset=20&limit=10").json
        #expect(page?["cases"]?.arrayValue?.count == 5)
        #expect(page?["case_count"] == 25)
    }

    @Test("starts anew with a reset, as do cases and faults")
    func reset() {
        var api = Asking()
        _ = api.cancel(Fixtures.id(1))
        _ = api.answer("POST", "/sandbox/faults", body: #"{"kind":"garbage"}"#)
        #expect(api.answer("POST", "/sandbox/reset").status == 200)
        #expect(api.read(Fixtures.id(1)).status == 200)
        #expect(!api.world.isCanceled(Fixtures.id(1)))
        #expect(api.world.ledgerRow(Fixtures.id(1)).cancelRequests == 0)
    }

    @Test("the fixture list says what each cancel will answer")
    func fixtures() {
        var api = Asking()
        let cases = api.answer("GET", "/sandbox/cases").json?["cases"]?.arrayValue ?? []
        #expect(cases.count == Fixtures.count)
        for item in cases {
            let id = item["id"]?.stringValue ?? ""
            let answer = api.cancel(id)
            #expect(item["cancel"]?["status"] == .integer(answer.status), "\(id)")
            #expect(item["cancel"]?["message"] == answer.json?["message"] ?? .null, "\(id)")
        }
    }
}
