import SandboxCore
import Testing

@Suite("Reading cases")
struct ReadTests {
    static let required = [
        "id", "crStamp", "crUserId", "caseTypeId", "caseType", "caseStatusId", "caseStatus",
        "resultType", "resultTypeId", "modStamp", "packageName", "packageId", "groupProfileId",
        "caseInvitationId", "invitationEmail", "companyId", "companyName", "companyReadableName",
        "isMinorCandidate", "hasParentalConsent", "isCustomerProvidedPii", "archived",
        "orderedStamp",
    ]

    @Test("shows every required field and no null", arguments: 1...14)
    func fields(number: Int) {
        var api = Asking()
        let answer = api.read(Fixtures.id(number))
        #expect(answer.status == 200)
        #expect(!answer.text.contains("null"))
        let summary = api.summary(Fixtures.id(number))
        for name in Self.required { #expect(summary[name] != nil, "\(name)") }
        #expect(summary["id"]?.stringValue == Fixtures.id(number))
    }

    @Test("shows each overall state")
    func states() {
        var api = Asking()
        var seen: [String] = []
        for number in 1...14 {
            let summary = api.summary(Fixtures.id(number))
            let words = ["caseStatus", "secondaryStatus", "adverseActionStatusName", "resultType"]
            seen.append(words.map { summary[$0]?.stringValue ?? "-" }.joined(separator: "/"))
        }
        #expect(
            seen == [
                "Pending/Waiting for Authorization/-/Open",
                "Pending/Authorization in Progress/-/Open",
                "Pending/Waiting for Parental Consent/-/Open",
                "Blocked/Verifying Candidate Input/-/Open",
                "Blocked/Reviewing Order/-/Open",
                "Pending/-/-/Open",
                "Complete/-/-/Open",
                "Complete/Consider/-/Open",
                "Adjudicated/-/-/Placed",
                "Adjudicated/-/Pre-Adverse/Pre-Adverse Action",
                "Adjudicated/-/Dispute/Dispute Adverse Action",
                "Adjudicated/-/Post/Adverse Action",
                "Complete/Consider/Cancel/Open",
                "Complete/Canceled/-/Open",
            ])
    }

    @Test("makes a million cases only as they are asked for")
    func seeded() {
        var api = Asking(WorldOptions(seededCases: 1_000_000))
        let last = CaseBook.seededID(1_000_000)
        #expect(last == "10000000-0000-4000-8000-000001000000")
        #expect(api.summary(last)["secondaryStatus"] == "Waiting for Authorization")
        #expect(api.cancel(last).status == 200)
        #expect(api.summary(last)["secondaryStatus"] == "Canceled")
        #expect(api.read(CaseBook.seededID(1_000_001)).status == 403)
    }

    @Test("lists the group's own cases, newest first")
    func list() {
        var api = Asking(WorldOptions(seededCases: 3))
        let cases = api.answer("GET", "/case/list").json?["cases"]?.arrayValue ?? []
        #expect(cases.count == 17)
        let stamps = cases.compactMap { $0["crStamp"]?.stringValue }
        #expect(stamps == stamps.sorted(by: >))
        #expect(api.answer("GET", "/case/list/all?packageId=x").text == #"{"cases":[]}"#)
        #expect(api.answer("GET", "/case/list", token: nil).status == 403)
    }

    @Test("lists packages for a good token only")
    func packages() {
        var api = Asking()
        #expect(api.answer("GET", "/package/min/list").json?.arrayValue?.count == 2)
        #expect(api.answer("GET", "/package/min/list", token: "wrong").status == 403)
    }
}
