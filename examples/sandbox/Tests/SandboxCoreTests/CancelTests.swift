import SandboxCore
import Testing

@Suite("Canceling a case")
struct CancelTests {
    static let started = """
        {"message":"Cannot cancel a case that has already started.",\
        "error":"Unprocessable Entity","statusCode":422}
        """
    static let unable = """
        {"message":"Unable to cancel case.","error":"Unprocessable Entity","statusCode":422}
        """

    @Test("works before processing began", arguments: 1...5)
    func cancelable(number: Int) {
        var api = Asking()
        #expect(api.cancel(Fixtures.id(number)) == .empty(200))
        let after = api.summary(Fixtures.id(number))
        #expect(after["secondaryStatus"] == "Canceled")
        #expect(after["secondaryCaseStatusId"] == "4155584b-708c-4108-86a8-8f3321b9b17c")
        #expect(api.world.ledgerRow(Fixtures.id(number)).cancelsApplied == 1)
    }

    @Test("is refused once processing began", arguments: 6...9)
    func alreadyStarted(number: Int) {
        var api = Asking()
        let answer = api.cancel(Fixtures.id(number))
        #expect(answer.status == 422)
        #expect(answer.text == Self.started)
        #expect(!api.world.isCanceled(Fixtures.id(number)))
    }

    @Test("is refused after adverse action, even a canceled one", arguments: 10...13)
    func unable(number: Int) {
        var api = Asking()
        let answer = api.cancel(Fixtures.id(number))
        #expect(answer.status == 422)
        #expect(answer.text == Self.unable)
        #expect(!api.world.isCanceled(Fixtures.id(number)))
    }

    @Test("a second time is answered as chosen", arguments: SecondCancel.allCases)
    func second(choice: SecondCancel) {
        for id in [Fixtures.id(1), Fixtures.id(14)] {
            var api = Asking(WorldOptions(secondCancel: choice))
            _ = api.cancel(id)
            #expect(api.cancel(id).status == choice.rawValue)
            #expect(api.world.ledgerRow(id).cancelRequests == 2)
            #expect(api.world.ledgerRow(id).cancelsApplied == (id == Fixtures.id(1) ? 1 : 0))
        }
    }

    @Test("of another group's case is forbidden, as is reading it")
    func otherGroup() {
        var api = Asking()
        #expect(api.cancel(Fixtures.id(15)).status == 403)
        #expect(api.read(Fixtures.id(15)).status == 403)
        #expect(!api.world.isCanceled(Fixtures.id(15)))
    }

    @Test(
        "of an unknown case is an empty 404, while reading it is a 403",
        arguments: [
            "nothing", Fixtures.id(0), Fixtures.id(17), "00000000-0000-4000-8000-0000000000001",
            "10000000-0000-4000-8000-000000000001", "10000000-0000-4000-8000-00000000000x",
        ])
    func unknown(id: String) {
        var api = Asking()
        #expect(api.cancel(id) == .empty(404))
        #expect(api.read(id).status == 403)
        #expect(api.read(id).json?["error"] == "Forbidden")
    }

    @Test("without a good token is a 401 without a body", arguments: [nil, "wrong", ""])
    func unauthorized(token: String?) {
        var api = Asking()
        let answer = api.cancel(Fixtures.id(1), token: token)
        #expect(answer.status == 401)
        #expect(answer.body.isEmpty)
        #expect(api.read(Fixtures.id(1), token: token).status == 403)
        #expect(!api.world.isCanceled(Fixtures.id(1)))
    }

    @Test("cancels the invitation only where onboarding was not completed")
    func invitation() {
        var api = Asking()
        _ = api.cancel(Fixtures.id(1))
        _ = api.cancel(Fixtures.id(5))
        #expect(api.summary(Fixtures.id(1))["invitationStatusName"] == "cancelled")
        #expect(
            api.summary(Fixtures.id(1))["invitationStatusId"]
                == "0f6acacc-71c4-43ec-80fa-941ff71c0c16")
        #expect(api.summary(Fixtures.id(5))["invitationStatusName"] == "completed")
    }

    @Test("moves the modification stamp and leaves the primary status alone")
    func stamps() {
        var api = Asking()
        let before = api.summary(Fixtures.id(4))
        _ = api.cancel(Fixtures.id(4))
        let after = api.summary(Fixtures.id(4))
        #expect(before["modStamp"] != after["modStamp"])
        #expect(after["modStamp"]?.stringValue?.hasSuffix("+00:00") == true)
        #expect(before["caseStatus"] == after["caseStatus"])
    }
}
