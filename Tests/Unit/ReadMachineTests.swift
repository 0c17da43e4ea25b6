import Testing

@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("Reading a case, and checking the service")
struct ReadMachineTests {
    struct Run {
        var driver = ScriptedDriver()
        var verdict: Verdict?

        init(
            _ purpose: ReadMachine.Purpose, _ script: [Event], canMintToken: Bool = false,
            authorizations: [Event] = []
        ) {
            let policy = RetryPolicy(attempts: 3, backoffBase: 250, backoffMax: 10_000)
            let plan = Plan(
                policy: policy, deadline: driver.now + Milliseconds(30_000), canMintToken: canMintToken)
            let machine = ReadMachine(plan, purpose: purpose)
            if case .verdict(let verdict) = driver.run(machine, script, authorizations: authorizations) {
                self.verdict = verdict
            }
        }
    }

    @Test("a case that is read is ok", arguments: [Event.canceled, .notCanceled])
    func read(reading: Event) {
        let run = Run(.status, [reading])
        #expect(run.verdict?.outcome == .ok)
        #expect(run.verdict?.snapshot != nil)
        #expect(run.driver.requests == [.read])
    }

    @Test("no such case, if the service itself says so")
    func absent() {
        #expect(Run(.status, [.absent]).verdict?.outcome == .notFound)
        for answer in [Event.status(404), .bare(404)] {
            #expect(Run(.status, [answer, .status(200)]).verdict?.outcome == .notFound)
            #expect(Run(.status, [answer, .foreign(404)]).verdict?.reason == .notTheService)
        }
        let foreign = Run(.status, [.foreign(404)])
        #expect(foreign.verdict?.outcome == .failed)
        #expect(foreign.verdict?.reason == .notTheService)
        #expect(foreign.verdict?.isRetriable == true)
    }

    @Test("turned away by somebody between", arguments: [401, 403] as [Int32])
    func blocked(status: Int32) {
        for purpose in [ReadMachine.Purpose.status, .check] {
            let run = Run(purpose, Array(repeating: .foreign(status), count: 3), canMintToken: true)
            #expect(run.verdict?.outcome == .failed)
            #expect(run.verdict?.reason == .blocked)
            #expect(run.driver.replacements == 0)
        }
    }

    @Test("a page is no sign of the service")
    func page() {
        let run = Run(.check, Array(repeating: .contradictory(), count: 3))
        #expect(run.verdict?.outcome == .failed)
        #expect(run.verdict?.reason == .notTheService)
        #expect(Run(.check, [.contradictory(), .status(200)]).verdict?.outcome == .ok)
    }

    @Test("not let in", arguments: [401, 403] as [Int32])
    func denied(status: Int32) {
        #expect(Run(.status, [.status(status)]).verdict?.outcome == .denied)
        #expect(Run(.check, [.status(status)]).verdict?.outcome == .denied)
    }

    @Test("a rejected token is replaced once")
    func replaced() {
        #expect(Run(.status, [.status(401), .canceled], canMintToken: true).verdict?.outcome == .ok)
        #expect(Run(.status, [.status(401), .status(401)], canMintToken: true).verdict?.outcome == .denied)
        #expect(Run(.status, [.status(403), .canceled], canMintToken: true).verdict?.outcome == .ok)
        #expect(Run(.check, [.bare(403), .status(200)], canMintToken: true).verdict?.outcome == .ok)
    }

    @Test(
        "trouble passes", arguments: [.lost, .unsent(), .status(500), .status(429), .status(408)] as [Event])
    func passes(event: Event) {
        #expect(Run(.status, [event, .canceled]).verdict?.outcome == .ok)
        #expect(Run(.check, [event, .status(200)]).verdict?.outcome == .ok)
    }

    @Test("trouble stays: a reading is never failed, since that would say that the case is not canceled")
    func stays() {
        #expect(Run(.status, Array(repeating: .status(500), count: 3)).verdict?.outcome == .unknown)
        #expect(Run(.status, Array(repeating: .lost, count: 3)).verdict?.outcome == .unknown)
        #expect(Run(.status, [.status(418)]).verdict?.outcome == .unknown)
        #expect(Run(.status, Array(repeating: .unsent(), count: 3)).verdict?.outcome == .notSent)
    }

    @Test("a service that answers with errors fails the check", arguments: [500, 503, 429] as [Int32])
    func checkFails(status: Int32) {
        let run = Run(.check, Array(repeating: .status(status), count: 3))
        #expect(run.verdict?.outcome == .failed)
        #expect(run.verdict?.isRetriable == true)
        #expect(run.verdict?.status == status)
    }

    @Test(
        "a time that the service asked for is told where it is worth another try",
        arguments: [429, 503] as [Int32])
    func askedFor(status: Int32) {
        let late = Event.status(status, retryAfter: .year)
        #expect(Run(.check, [late]).verdict?.retryAfter == .year)
        #expect(Run(.status, [late]).verdict?.retryAfter == .year)
        #expect(Run(.status, [.status(status, retryAfter: 5), .lost, .lost]).verdict?.retryAfter == nil)
        #expect(Run(.status, [.status(403, retryAfter: 5)]).verdict?.retryAfter == nil)
    }

    @Test("a wrong address fails the check at once", arguments: [301, 404, 405] as [Int32])
    func checkFailsAtOnce(status: Int32) {
        let run = Run(.check, [.status(status)])
        #expect(run.verdict?.outcome == .failed)
        #expect(run.verdict?.isRetriable == (status == 404))
        #expect((run.verdict?.reason == .notTheService) == (status == 404))
    }

    @Test("stopped", arguments: [Stop.deadline, .interrupt])
    func stopped(stop: Stop) {
        #expect(Run(.status, [.stopped(stop, sent: false)]).verdict?.outcome == .notSent)
        #expect(Run(.status, [.stopped(stop, sent: true)]).verdict?.outcome == .unknown)
        #expect(Run(.check, [.stopped(stop, sent: true)]).verdict?.outcome == .unknown)
    }

    @Test("refused credentials")
    func credentials() {
        let run = Run(
            .check, [], canMintToken: true, authorizations: [.authorizationDenied(Answer(status: 403))])
        #expect(run.verdict?.outcome == .denied)
        #expect(run.verdict?.reason == .credentials)
    }
}
