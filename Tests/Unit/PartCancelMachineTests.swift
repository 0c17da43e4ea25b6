import Testing

@testable import KCaseFurtherMachines
@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("Canceling services, one claim for each")
struct PartCancelMachineTests {
    struct Run {
        var driver = ScriptedDriver()
        var verdict: Verdict?

        init(
            _ count: Int, _ script: [Event], confirm: Confirm = .ambiguous, canMintToken: Bool = false,
            authorizations: [Event] = []
        ) {
            let policy = RetryPolicy(attempts: 2, backoffBase: 250, backoffMax: 10_000)
            let plan = Plan(
                policy: policy, deadline: driver.now + Milliseconds(60_000), canMintToken: canMintToken)
            let machine = PartCancelMachine(plan, services: count, confirm: confirm)
            if case .verdict(let verdict) = driver.run(machine, script, authorizations: authorizations) {
                self.verdict = verdict
            }
        }

        var claims: [Outcome] { verdict?.services?.list.map(\.outcome) ?? [] }
        var outcome: Outcome? { verdict?.outcome }
    }

    private static func services(_ readings: ServiceReading...) -> Event { .read(.services(readings)) }

    /// Of a request for one service: after a look at it, what is answered, and what two looks show then.
    private static func one(_ answer: Event, then reading: ServiceReading) -> Run {
        Run(1, [services(.notCanceled), answer] + Array(repeating: services(reading), count: 6))
    }

    @Test("one service follows the rules of a case")
    func single() {
        #expect(Self.one(.status(200), then: .notCanceled).claims == [.canceled])
        #expect(Self.one(.status(422), then: .notCanceled).claims == [.refused])
        #expect(Self.one(.status(422), then: .canceled).claims == [.alreadyCanceled])
        #expect(Self.one(.status(422), then: .absent).claims == [.refused])
        #expect(Self.one(.status(422), then: .unclear).claims == [.unknown])
        #expect(Self.one(.status(202), then: .canceled).claims == [.canceled])
        #expect(Self.one(.status(202), then: .absent).claims == [.unknown])
        #expect(Self.one(.foreign(404), then: .notCanceled).claims == [.failed])
        #expect(Self.one(.bare(401), then: .canceled).claims == [.denied])
        #expect(Self.one(.contradictory(), then: .notCanceled).claims == [.unknown])
    }

    @Test("a lost answer is looked for, and the rest is asked for again")
    func lost() {
        let run = Run(
            2,
            [
                Self.services(.notCanceled, .notCanceled), .lost, Self.services(.canceled, .notCanceled),
                .status(200), Self.services(.canceled, .canceled),
            ])
        #expect(run.claims == [.canceled, .canceled])
        var both = ServiceSet()
        both.insert(0)
        both.insert(1)
        var second = ServiceSet()
        second.insert(1)
        let cancels = run.driver.requests.filter { $0 != .readServices }
        #expect(cancels == [.cancelServices(both), .cancelServices(second)])
    }

    @Test("what is canceled already is not asked for")
    func already() {
        let all = Run(2, [Self.services(.canceled, .canceled)])
        #expect(all.claims == [.alreadyCanceled, .alreadyCanceled])
        #expect(all.verdict?.isSettled == true)
        #expect(all.driver.requests == [.readServices])
        let one = Run(2, [Self.services(.canceled, .notCanceled), .status(200)])
        #expect(one.claims == [.alreadyCanceled, .canceled])
    }

    @Test("the acceptance of a list says nothing of each")
    func acceptance() {
        let looks = Array(repeating: Self.services(.canceled, .notCanceled, .absent), count: 6)
        let run = Run(3, [Self.services(.notCanceled, .notCanceled, .absent), .status(200)] + looks)
        #expect(run.claims == [.canceled, .unknown, .unknown])
        #expect(run.outcome == .unknown)
        #expect(run.verdict?.isSettled == false)
        let never = Run(2, [.status(200)], confirm: .never)
        #expect(never.claims == [.unknown, .unknown])
        #expect(never.driver.requests.count == 1)
        #expect(Run(1, [.bare(404), .status(200)], confirm: .never).claims == [.unknown])
    }

    @Test("the refusal of a list says nothing of each, either")
    func refusal() {
        let looks = Array(repeating: Self.services(.canceled, .notCanceled, .absent), count: 6)
        let run = Run(3, [Self.services(.notCanceled, .notCanceled, .absent), .status(422)] + looks)
        #expect(run.claims == [.canceled, .refused, .unknown])
        let unseen = Run(3, [.status(500), .status(422)] + looks)
        #expect(unseen.claims == [.canceled, .refused, .unknown])
        let unread = Run(2, [.status(403), .status(422), .status(403)])
        #expect(unread.claims == [.unknown, .unknown])
    }

    @Test("one that was not shown in every look is not claimed to be open")
    func missedLook() {
        let run = Run(
            2,
            [
                Self.services(.notCanceled, .notCanceled), .status(422),
                Self.services(.notCanceled, .absent), Self.services(.notCanceled, .notCanceled),
            ])
        #expect(run.claims == [.refused, .unknown])
    }

    @Test(
        "the outcome is the least certain one",
        arguments: [
            ([Outcome.canceled, .unknown], Outcome.unknown), ([.canceled, .refused], .refused),
        ])
    func least(claims: [Outcome], outcome: Outcome) {
        let other: ServiceReading = claims[1] == .refused ? .notCanceled : .absent
        let run = Run(
            2,
            [Self.services(.notCanceled, other), .status(422)]
                + Array(repeating: Self.services(.canceled, other), count: 6))
        #expect(run.claims == claims)
        #expect(run.outcome == outcome)
    }

    @Test("a search cannot be read")
    func search() {
        #expect(Run(0, [.status(204)]).outcome == .canceled)
        #expect(Run(0, [.status(202)]).outcome == .unknown)
        #expect(Run(0, [.status(500), .status(500)]).outcome == .unknown)
        #expect(Run(0, [.lost, .status(200)]).outcome == .canceled)
        #expect(Run(0, [.lost, .bare(404), .status(200)]).outcome == .unknown)
        #expect(Run(0, [.bare(404), .status(200)]).outcome == .notFound)
        #expect(Run(0, [.bare(404), .foreign(404)]).verdict?.reason == .notTheService)
        #expect(Run(0, [.status(403)]).outcome == .denied)
        for requests in [Run(0, [.status(204)]).driver.requests] { #expect(requests == [.cancelSearch]) }
    }
}
