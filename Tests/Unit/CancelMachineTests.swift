import Testing

@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("What an answer to the cancel request leads to")
struct CancelAnswerTests {
    @Test("200, 201 and 204 are canceled at once", arguments: [200, 201, 204] as [Int32])
    func accepted(status: Int32) {
        let run = CancelRun([.status(status)])
        #expect(run.outcome == .canceled)
        #expect(run.verdict?.isSettled == true)
        #expect(run.evidence == .response)
        #expect(run.requests == [.cancel])
        #expect(run.verdict?.status == status)
    }

    @Test(
        "202 promises only, and others mean something else: read back, unless the caller waives that",
        arguments: [202, 203, 205, 206, 299] as [Int32])
    func acceptedForLater(status: Int32) {
        #expect(CancelRun([.status(status), .canceled]).evidence == .readBack)
        #expect(CancelRun([.status(status), .canceled]).outcome == .canceled)
        #expect(CancelRun([.status(status)] + Array(repeating: .notCanceled, count: 4)).outcome == .unknown)
        let waived = CancelRun([.status(status)], confirm: .never)
        #expect(waived.outcome == .canceled)
        #expect(waived.verdict?.isSettled == false)
    }

    @Test("a success that says otherwise is none", arguments: [200, 201, 202, 204] as [Int32])
    func contradictory(status: Int32) {
        let run = CancelRun([.contradictory(status), .canceled])
        #expect(run.outcome == .canceled)
        #expect(run.evidence == .readBack)
        let open = CancelRun([.contradictory(status)] + Array(repeating: .notCanceled, count: 4))
        #expect(open.outcome == .unknown)
        #expect(open.reason == .contradictory)
        #expect(open.verdict?.message.contains("Log in") == true)
        #expect(CancelRun([.contradictory(status)], confirm: .never).outcome == .unknown)
    }

    @Test("401 and 403 of somebody between deny nothing", arguments: [401, 403] as [Int32])
    func blocked(status: Int32) {
        let spent = Array(repeating: Event.foreign(status, retryAfter: 2000), count: 4)
        let run = CancelRun(spent + [.notCanceled, .notCanceled], canMintToken: true)
        #expect(run.outcome == .failed)
        #expect(run.reason == .blocked)
        #expect(run.verdict?.isRetriable == true)
        #expect(run.driver.replacements == 0)
        #expect(run.driver.waits.prefix(3).allSatisfy { $0 >= 2000 })
        #expect(CancelRun([.foreign(status), .status(200)]).outcome == .canceled)
        #expect(CancelRun(spent + [.canceled]).outcome == .canceled)
        let everywhere = CancelRun(spent + Array(repeating: .foreign(403), count: 4))
        #expect(everywhere.outcome == .failed)
        #expect(everywhere.reason == .blocked)
    }

    @Test("what another call of the client found is not asked for again")
    func canceledByAnotherCall() {
        let plan = Plan(
            policy: RetryPolicy(attempts: 4, backoffBase: 1, backoffMax: 1), deadline: 1000,
            canMintToken: false)
        var machine = CancelMachine(plan, confirm: .ambiguous)
        let context = Context(now: 0, jitter: 0)
        guard
            case .finish(let verdict) = machine.handle(.canceledByAnotherCall(.response), context)
        else {
            Issue.record("the machine went on")
            return
        }
        #expect(verdict.outcome == .alreadyCanceled)
        #expect(verdict.isSettled)
    }

    @Test("confirm: always reads back until the case shows it")
    func confirmAlways() {
        let run = CancelRun([.status(200), .notCanceled, .notCanceled, .canceled], confirm: .always)
        #expect(run.outcome == .canceled)
        #expect(run.evidence == .readBack)
        #expect(run.verdict?.status == 200)
    }

    @Test("confirm: always claims nothing that was not read", arguments: [Event.notCanceled, .absent, .lost])
    func confirmAlwaysUnread(reading: Event) {
        let run = CancelRun([.status(200)] + Array(repeating: reading, count: 8), confirm: .always)
        #expect(run.outcome == .unknown)
        #expect(run.reason == .unconfirmed)
    }

    @Test(
        "401 and 403 deny", arguments: [(401, Reason.unauthorized), (403, .forbidden)] as [(Int32, Reason)])
    func denied(status: Int32, reason: Reason) {
        let run = CancelRun([.status(status)])
        #expect(run.outcome == .denied)
        #expect(run.reason == reason)
        #expect(run.requests == [.cancel])
        #expect(run.driver.replacements == 0)
    }

    @Test(
        "404 is not_found, if the service says so when it is read", arguments: [Event.absent, .status(403)])
    func notFound(reading: Event) {
        for answer in [Event.status(404), .bare(404)] {
            let run = CancelRun([answer, reading])
            #expect(run.outcome == .notFound)
            #expect(run.evidence == .readBack)
            #expect(run.verdict?.isSettled == true)
        }
    }

    @Test(
        "404 is not_found, if the service answers at all, where the reading leaves that open",
        arguments: [Event.status(404), .bare(404), .bare(403)])
    func notFoundByProbe(reading: Event) {
        let run = CancelRun([.bare(404), reading, .status(200)])
        #expect(run.outcome == .notFound)
        #expect(run.requests == [.cancel, .read, .probe])
        let elsewhere = CancelRun([.bare(404), reading, .foreign(404)])
        #expect(elsewhere.outcome == .failed)
        #expect(elsewhere.reason == .notTheService)
        #expect(elsewhere.verdict?.isRetriable == true)
        #expect(CancelRun([.bare(404), reading, .contradictory()]).reason == .notTheService)
        #expect(
            CancelRun([.bare(404)] + Array(repeating: reading, count: 1) + [.lost, .lost, .lost, .lost])
                .outcome == .unknown)
    }

    @Test("404 unread, since that is not wanted: the service must answer")
    func notFoundUnread() {
        #expect(CancelRun([.bare(404), .status(200)], confirm: .never).outcome == .notFound)
        #expect(CancelRun([.bare(404), .foreign(404)], confirm: .never).reason == .notTheService)
        #expect(CancelRun([.foreign(404)], confirm: .never).reason == .notTheService)
    }

    @Test(
        "404 of somebody else is no word about a case",
        arguments: [Event.foreign(404), .status(404), .bare(403), .status(418)])
    func notTheService(reading: Event) {
        let run = CancelRun([.foreign(404), reading])
        #expect(run.outcome == .failed)
        #expect(run.reason == .notTheService)
        #expect(run.verdict?.isRetriable == true)
        #expect(run.verdict?.isSettled == false)
    }

    @Test("404 may be what a canceled case answers")
    func notFoundButCanceled() {
        #expect(CancelRun([.status(404), .canceled]).outcome == .alreadyCanceled)
    }

    @Test("404 of a case that can be read is an error, and no claim that there is none")
    func notFoundButThere() {
        let run = CancelRun([.status(404), .notCanceled, .notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.reason == .rejected)
    }

    @Test("422 refuses, if the case reads back as not canceled, twice; calling again may find otherwise")
    func refused() {
        let run = CancelRun([.status(422), .notCanceled, .notCanceled])
        #expect(run.outcome == .refused)
        #expect(run.evidence == .readBack)
        #expect(run.requests == [.cancel, .read, .read])
        #expect(run.verdict?.isSettled == false)
        #expect(run.driver.waits.allSatisfy { $0 >= 1000 })
    }

    @Test("that a case has started is settled by one look")
    func started() {
        let started = Event.status(422, message: "Cannot cancel a case that has already started.")
        let run = CancelRun([started, .notCanceled])
        #expect(run.outcome == .refused)
        #expect(run.reason == .alreadyStarted)
        #expect(run.verdict?.isSettled == true)
        #expect(CancelRun([started, .status(403)]).verdict?.isSettled == false)
    }

    @Test("409 is waited out, and refuses in the end")
    func conflict() {
        #expect(CancelRun([.status(409), .status(200)]).outcome == .canceled)
        let spent = Array(repeating: Event.status(409), count: 4)
        let run = CancelRun(spent + [.notCanceled, .notCanceled])
        #expect(run.outcome == .refused)
        #expect(run.verdict?.isSettled == false)
        #expect(run.verdict?.isRetriable == true)
        #expect(CancelRun(spent + [.canceled]).outcome == .alreadyCanceled)
    }

    @Test("409 and 422 of somebody else are no refusal", arguments: [409, 422] as [Int32])
    func foreignRefusal(status: Int32) {
        let run = CancelRun([.foreign(status), .notCanceled, .notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.reason == .notTheService)
        #expect(run.verdict?.isRetriable == true)
        #expect(CancelRun([.foreign(status), .canceled]).outcome == .canceled)
    }

    @Test("422 of a canceled case: it was canceled already")
    func alreadyCanceled() {
        for readings: [Event] in [[.canceled], [.notCanceled, .canceled]] {
            let run = CancelRun([.status(422)] + readings)
            #expect(run.outcome == .alreadyCanceled)
            #expect(run.evidence == .readBack)
            #expect(run.verdict?.status == 422)
        }
    }

    @Test("a refusal stands when reading is refused for good, or not wanted; else, unread, it is unknown")
    func refusedUnread() {
        #expect(CancelRun([.status(422), .status(403)]).outcome == .refused)
        #expect(CancelRun([.status(422), .status(403)]).evidence == .response)
        #expect(CancelRun([.status(422), .lost, .lost, .lost, .lost]).outcome == .unknown)
        #expect(
            CancelRun([
                .status(422), .read(.unreadable), .read(.unreadable), .read(.unreadable), .read(.unreadable),
            ]).outcome == .unknown)
        #expect(CancelRun([.status(422)], confirm: .never).outcome == .refused)
    }

    @Test(
        "the server's words give the reason of a refusal",
        arguments: [
            ("Cannot cancel a case that has already started.", Reason.alreadyStarted),
            ("CANNOT CANCEL A CASE THAT HAS ALREADY STARTED", .alreadyStarted),
            ("Unable to cancel case.", .unable),
            (" Unable to cancel case ", .unable),
            ("Service cannot be canceled.", .other),
            ("The invitation has already started to expire.", .other),
            ("Unable to cancel case: it is locked.", .other),
            (nil, .other),
        ] as [(String?, Reason)])
    func reasons(message: String?, reason: Reason) {
        let run = CancelRun([.status(422, message: message), .notCanceled, .notCanceled])
        #expect(run.reason == reason)
        if let message { #expect(run.verdict?.message == message) }
    }

    @Test("429, and 503 with Retry-After, are waited out", arguments: [429, 503] as [Int32])
    func comeBackLater(status: Int32) {
        let run = CancelRun([.status(status, retryAfter: 2000), .status(200)])
        #expect(run.outcome == .canceled)
        #expect(run.driver.waits.allSatisfy { $0 >= 2000 })
        #expect(run.requests == [.cancel, .cancel])
    }

    @Test("a server that stays busy: failed, and worth another try")
    func busy() {
        let busy = Event.status(429, retryAfter: 1)
        let run = CancelRun([busy, busy, busy, busy, .notCanceled, .notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.reason == .busy)
        #expect(run.verdict?.isRetriable == true)
        #expect(run.requests.count { $0 == .cancel } == 4)
    }

    @Test(
        "a Retry-After beyond the deadline ends the call now",
        arguments: [29_995, .year, .unlimited] as [Milliseconds])
    func retryAfterTooLong(asked: Milliseconds) {
        let run = CancelRun([.status(429, retryAfter: asked), .notCanceled, .notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.driver.waits.count == 1, "between the two readings only")
    }

    @Test("a time that the service asked for last is told where it is worth another try, and only there")
    func askedFor() {
        let late = Event.status(429, retryAfter: .year)
        #expect(CancelRun([late, .notCanceled, .notCanceled]).verdict?.retryAfter == .year)
        let unread = Event.status(503, retryAfter: .year)
        #expect(CancelRun([unread] + Array(repeating: .lost, count: 10)).verdict?.retryAfter == .year)
        #expect(CancelRun([late, .canceled]).verdict?.retryAfter == nil)
        #expect(CancelRun([.status(200, retryAfter: 1)]).verdict?.retryAfter == nil)
        #expect(
            CancelRun([.status(422, retryAfter: 1), .notCanceled, .notCanceled]).verdict?.retryAfter == nil)
        let busy = Event.status(429, retryAfter: 7)
        #expect(CancelRun([busy, .lost, .lost, .lost, .lost], attempts: 2).verdict?.retryAfter == nil)
        let readLate = [Event.status(500), late]
        #expect(CancelRun(readLate, attempts: 1).verdict?.retryAfter == .year)
        let unauthorized = Event.authorizationFailed(
            Trouble(reason: .authentication, text: ""), isFinal: false,
            answer: Answer(status: 429, retryAfter: .year))
        #expect(CancelRun([], authorizations: [unauthorized]).verdict?.retryAfter == .year)
    }

    @Test("503 with Retry-After may have acted: unread, it is unknown")
    func busyUnread() {
        let busy = Event.status(503, retryAfter: 1)
        let run = CancelRun([busy, busy, .status(403)], attempts: 2)
        #expect(run.outcome == .unknown)
    }

    @Test("503 with Retry-After of somebody between may yet act: it is unknown in the end")
    func busyGateway() {
        let busy = Event.foreign(503, retryAfter: 1)
        let run = CancelRun([busy, busy, .notCanceled, .notCanceled], attempts: 2)
        #expect(run.outcome == .unknown)
        let own = Event.status(503, retryAfter: 1)
        #expect(CancelRun([own, own, .notCanceled, .notCanceled], attempts: 2).outcome == .failed)
    }

    @Test("Retry-After is heeded on every 5xx", arguments: [500, 502, 503, 504, 520] as [Int32])
    func retryAfterServerError(status: Int32) {
        for answer in [Event.status(status, retryAfter: 5000), .foreign(status, retryAfter: 5000)] {
            let isBusy = status == 503
            let run = CancelRun(isBusy ? [answer, .status(200)] : [answer, .notCanceled, .status(200)])
            #expect(run.outcome == .canceled)
            #expect(run.driver.waits.contains { $0 >= 5000 })
        }
    }

    @Test(
        "3xx fail, too, and are not followed; but some servers say so that they did it",
        arguments: [301, 302, 303, 307] as [Int32])
    func redirected(status: Int32) {
        let run = CancelRun([.status(status), .notCanceled, .notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.reason == .redirected)
        #expect(run.requests == [.cancel, .read, .read])
        #expect(CancelRun([.status(status), .canceled]).outcome == .canceled)
        #expect(CancelRun([.status(status), .status(403)]).outcome == .unknown)
    }

    @Test(
        "other 4xx fail; nothing is repeated",
        arguments: [400, 405, 413, 418] as [Int32])
    func failed(status: Int32) {
        let run = CancelRun([.status(status), .notCanceled, .notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.verdict?.isRetriable == false)
        #expect(run.requests == [.cancel, .read, .read])
    }

    @Test("some 4xx may pass", arguments: [421, 423, 425] as [Int32])
    func passing(status: Int32) {
        let run = CancelRun([.status(status), .notCanceled, .notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.verdict?.isRetriable == true)
    }
}

@Suite("What doubt leads to")
struct CancelDoubtTests {
    static let doubtful: [Event] = [
        .lost, .status(408), .status(500), .status(502), .status(503), .status(504), .status(599), .status(0),
        .status(700), .status(101), .foreign(500), .foreign(503), .foreign(520), .foreign(524), .foreign(499),
        .status(460),
    ]

    @Test("a lost effect is found by reading back", arguments: doubtful)
    func settledByReadingBack(event: Event) {
        let run = CancelRun([event, .canceled])
        #expect(run.outcome == .canceled)
        #expect(run.evidence == .readBack)
        #expect(run.requests == [.cancel, .read])
    }

    @Test("without effect, it is sent again", arguments: doubtful)
    func sentAgain(event: Event) {
        let run = CancelRun([event, .notCanceled, .status(200)])
        #expect(run.outcome == .canceled)
        #expect(run.requests == [.cancel, .read, .cancel])
    }

    @Test("a server that keeps failing: failed, after two looks")
    func failed() {
        let once: [Event] = [.status(500), .notCanceled]
        let run = CancelRun(once + once + once + once + [.notCanceled])
        #expect(run.outcome == .failed)
        #expect(run.reason == .serverError)
        #expect(run.verdict?.isRetriable == true)
        #expect(run.requests.count { $0 == .cancel } == 4)
        #expect(run.requests.suffix(3) == [.cancel, .read, .read])
    }

    @Test(
        "one request that may still act makes it unknown",
        arguments: [
            .lost, .status(408), .status(502), .status(504), .foreign(500), .foreign(503), .foreign(524),
            .foreign(499), .foreign(460),
        ] as [Event])
    func mayStillAct(event: Event) {
        let run = CancelRun([event, .notCanceled, .status(500), .notCanceled, .notCanceled], attempts: 2)
        #expect(run.outcome == .unknown)
        #expect(run.verdict?.isRetriable == true)
    }

    @Test("a late effect is found by the second look", arguments: [.lost, .status(500)] as [Event])
    func lateEffect(event: Event) {
        let run = CancelRun([event, .notCanceled, .canceled], attempts: 1)
        #expect(run.outcome == .canceled)
    }

    @Test("already canceled is only said when no request of ours can have done it")
    func byUs() {
        #expect(CancelRun([.lost, .notCanceled, .status(422), .canceled]).outcome == .canceled)
        #expect(CancelRun([.status(503, retryAfter: 1), .status(422), .canceled]).outcome == .canceled)
        #expect(
            CancelRun([.status(429, retryAfter: 1), .status(422), .canceled]).outcome == .alreadyCanceled)
    }

    @Test("a refusal after doubt needs two readings")
    func refusedAfterDoubt() {
        let started = Event.status(422, message: "Cannot cancel a case that has already started.")
        let run = CancelRun([.lost, .notCanceled, started, .notCanceled, .notCanceled])
        #expect(run.outcome == .refused)
        let other = CancelRun([.status(500), .notCanceled, .status(422), .notCanceled, .notCanceled])
        #expect(other.outcome == .refused)
        #expect(CancelRun([.lost, .notCanceled, .status(422), .notCanceled, .canceled]).outcome == .canceled)
    }

    @Test("a refusal that could be of our own request, still at work, is unknown")
    func refusedByOurselves() {
        let run = CancelRun([.lost, .notCanceled, .status(422), .notCanceled, .notCanceled])
        #expect(run.outcome == .unknown)
        let conflict = CancelRun(
            [.lost, .notCanceled, .status(409), .notCanceled, .notCanceled], attempts: 2)
        #expect(conflict.outcome == .unknown)
    }

    @Test("a denial or a 404 after doubt is read back", arguments: [401, 403, 404] as [Int32])
    func negativeAfterDoubt(status: Int32) {
        #expect(CancelRun([.lost, .notCanceled, .status(status), .canceled]).outcome == .canceled)
        let unreadable = CancelRun([.lost, .notCanceled, .status(status), .lost, .lost, .lost, .lost])
        #expect(unreadable.outcome == .unknown)
    }

    @Test(
        "a 404 after doubt is not believed, whatever cannot be read",
        arguments: [.absent, .status(404), .status(403)] as [Event])
    func notFoundAfterDoubt(reading: Event) {
        #expect(CancelRun([.lost, .absent, .status(404), reading]).outcome == .unknown)
    }

    @Test("when nothing can be read, nothing is claimed")
    func unreadable() {
        let once: [Event] = [.lost, .lost]
        let run = CancelRun(once + once + once + once + [.lost, .lost, .lost])
        #expect(run.outcome == .unknown)
        #expect(run.reason == .answerLost)
        #expect(run.evidence == Evidence.none)
        #expect(run.requests.count { $0 == .cancel } == 4)
    }

    @Test("confirm: never sends again without reading, and then says unknown")
    func confirmNever() {
        let run = CancelRun([.lost, .status(500), .lost, .status(500)], confirm: .never)
        #expect(run.outcome == .unknown)
        #expect(run.requests == [.cancel, .cancel, .cancel, .cancel])
        #expect(CancelRun([.lost, .status(422)], confirm: .never).outcome == .unknown)
    }
}

@Suite("What is not sent")
struct CancelUnsentTests {
    @Test(
        "no connection: tried again, then not_sent", arguments: [Reason.nameLookup, .connect, .tls, .proxy])
    func notSent(reason: Reason) {
        let run = CancelRun(Array(repeating: .unsent(reason), count: 4))
        #expect(run.outcome == .notSent)
        #expect(run.reason == reason)
        #expect(run.verdict?.isRetriable == true)
        #expect(run.driver.waits.count == 3)
    }

    @Test("a connection that comes back is used")
    func comesBack() {
        #expect(CancelRun([.unsent(), .unsent(), .status(200)]).outcome == .canceled)
    }

    @Test("what would fail again is not repeated")
    func final() {
        let run = CancelRun([.unsent(.tls, isFinal: true)])
        #expect(run.outcome == .notSent)
        #expect(run.verdict?.isRetriable == false)
    }

    @Test("after a request that may have arrived, no connection is unknown, unless it can be read")
    func afterDoubt() {
        let lost: [Event] = [.lost, .lost, .unsent()]
        #expect(CancelRun(lost + Array(repeating: .unsent(), count: 4), attempts: 2).outcome == .unknown)
        #expect(CancelRun(lost + [.unsent(), .canceled], attempts: 2).outcome == .canceled)
    }
}

@Suite("Tokens")
struct CancelTokenTests {
    static let denied = Event.authorizationDenied(Answer(status: 403))
    static func noToken(isFinal: Bool = false) -> Event {
        .authorizationFailed(Trouble(reason: .authentication, text: "no token"), isFinal: isFinal)
    }

    @Test("a rejected token is replaced once")
    func replacedOnce() {
        let again = CancelRun([.status(401), .status(200)], canMintToken: true)
        #expect(again.outcome == .canceled)
        #expect(again.driver.replacements == 1)
        let still = CancelRun([.status(401), .status(401)], canMintToken: true)
        #expect(still.outcome == .denied)
        #expect(still.driver.replacements == 1)
    }

    @Test("the new try does not count as an attempt that is used up")
    func singleAttempt() {
        #expect(
            CancelRun([.status(401), .status(200)], attempts: 1, canMintToken: true).outcome == .canceled)
    }

    @Test("a rejected token is replaced for reading, too")
    func replacedForReading() {
        let run = CancelRun([.status(422), .status(401), .canceled], canMintToken: true)
        #expect(run.outcome == .alreadyCanceled)
        #expect(run.driver.replacements == 1)
    }

    @Test("a token that was rejected and replaced denies nothing, if the new one never got there")
    func replacedAndUnsent() {
        let run = CancelRun([.status(401), .unsent(), .unsent(), .unsent(), .unsent()], canMintToken: true)
        #expect(run.outcome == .failed)
        #expect(run.reason == .authentication)
        #expect(run.verdict?.isRetriable == true)
    }

    @Test("a rejected token for which there is no other: failed, since nothing was carried out")
    func replacedByNothing() {
        let noToken = Array(repeating: Self.noToken(), count: 4)
        let run = CancelRun([.status(401)], canMintToken: true, authorizations: [.authorized] + noToken)
        #expect(run.outcome == .failed)
        #expect(run.reason == .authentication)
        #expect(
            CancelRun([.lost, .status(401)], canMintToken: true, authorizations: [.authorized] + noToken)
                .outcome == .unknown)
    }

    @Test("403 may be of a revoked token: it is replaced once, too")
    func forbidden() {
        let again = CancelRun([.status(403), .status(200)], canMintToken: true)
        #expect(again.outcome == .canceled)
        #expect(again.driver.replacements == 1)
        #expect(CancelRun([.bare(403), .bare(403)], canMintToken: true).outcome == .denied)
        #expect(
            CancelRun([.status(422), .status(403), .canceled], canMintToken: true).outcome == .alreadyCanceled
        )
    }

    @Test("a token that is kept denies")
    func kept() {
        let run = CancelRun([.status(403)], canMintToken: true, authorizations: [.authorized, .tokenKept])
        #expect(run.outcome == .denied)
        #expect(run.reason == .forbidden)
        let read = CancelRun(
            [.status(404), .status(403)], canMintToken: true, authorizations: [.authorized, .tokenKept])
        #expect(read.outcome == .notFound)
    }

    @Test("refused credentials deny, and nothing was sent")
    func credentialsRefused() {
        let run = CancelRun([], canMintToken: true, authorizations: [Self.denied])
        #expect(run.outcome == .denied)
        #expect(run.reason == .credentials)
        #expect(run.requests.isEmpty)
    }

    @Test("refused credentials after doubt: unknown")
    func credentialsRefusedLater() {
        let run = CancelRun(
            [.lost, .status(401)], canMintToken: true, authorizations: [.authorized, Self.denied])
        #expect(run.outcome == .unknown)
    }

    @Test("a refusal stands when the token for reading it back is refused")
    func refusalStands() {
        let run = CancelRun(
            [.status(422), .status(401)], canMintToken: true, authorizations: [.authorized, Self.denied])
        #expect(run.outcome == .refused)
        #expect(run.evidence == .response)
    }

    @Test("a token that cannot be had: tried again, then not_sent")
    func noToken() {
        let run = CancelRun(
            [], canMintToken: true, authorizations: Array(repeating: Self.noToken(), count: 4))
        #expect(run.outcome == .notSent)
        #expect(run.driver.waits.count == 3)
        #expect(
            CancelRun([.status(200)], canMintToken: true, authorizations: [Self.noToken()]).outcome
                == .canceled)
    }
}

@Suite("Deadline and interrupt")
struct CancelStopTests {
    @Test("before anything was sent: not_sent", arguments: [Stop.deadline, .interrupt])
    func unsent(stop: Stop) {
        let run = CancelRun([.stopped(stop, sent: false)])
        #expect(run.outcome == .notSent)
        #expect(run.reason == stop.reason)
        #expect(run.verdict?.isRetriable == true)
    }

    @Test("while an answer is awaited: unknown", arguments: [Stop.deadline, .interrupt])
    func sent(stop: Stop) {
        let run = CancelRun([.stopped(stop, sent: true)])
        #expect(run.outcome == .unknown)
        #expect(run.reason == stop.reason)
    }

    @Test("while a refusal is read back: unknown, since it may be a canceled case that refused")
    func whileReading() {
        #expect(CancelRun([.status(422), .stopped(.deadline, sent: true)]).outcome == .unknown)
    }

    @Test("while a busy server is waited for: unknown, since a request was sent")
    func whileWaiting() {
        #expect(
            CancelRun([.status(429, retryAfter: 1), .stopped(.deadline, sent: false)]).outcome == .unknown)
    }

    @Test("while doubt is read back: unknown")
    func whileReadingDoubt() {
        #expect(CancelRun([.lost, .stopped(.interrupt, sent: true)]).outcome == .unknown)
        #expect(
            CancelRun([.lost, .notCanceled, .status(422), .stopped(.deadline, sent: true)]).outcome
                == .unknown)
    }

    @Test("no wait is begun that would not end before the deadline")
    func noUselessWait() {
        let run = CancelRun([.unsent()], deadline: 200, jitter: 249)
        #expect(run.outcome == .notSent)
        #expect(run.driver.waits.isEmpty)
    }

    @Test("an event that does not belong to the state claims nothing")
    func unexpectedEvent() {
        let plan = Plan(
            policy: RetryPolicy(attempts: 4, backoffBase: 1, backoffMax: 1), deadline: 1000,
            canMintToken: false)
        var machine = CancelMachine(plan, confirm: .ambiguous)
        let context = Context(now: 0, jitter: 0)
        _ = machine.begin(context)
        guard case .finish(let verdict) = machine.handle(.waited, context) else {
            Issue.record("the machine went on")
            return
        }
        #expect(verdict.outcome == .unknown)
    }
}
