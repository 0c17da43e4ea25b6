import Testing

@testable import KCaseFurtherMachines
@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("Waiting for a case")
struct AwaitMachineTests {
    struct Run {
        var driver = ScriptedDriver()
        var verdict: Verdict?

        init(_ goal: AwaitMachine.Goal, _ script: [Event], timeout: Milliseconds = 30_000) {
            let policy = RetryPolicy(attempts: 2, backoffBase: 250, backoffMax: 4000)
            let plan = Plan(policy: policy, deadline: driver.now + timeout, canMintToken: false)
            if case .verdict(let verdict) = driver.run(AwaitMachine(plan, goal: goal), script) {
                self.verdict = verdict
            }
        }
    }

    private static func read(started: Bool = false, finished: Bool = false, canceled: Bool = false) -> Event {
        var snapshot = CaseSnapshot(isCanceled: canceled)
        snapshot.hasStarted = started
        snapshot.isFinished = finished
        return .read(canceled ? .canceled(snapshot) : .notCanceled(snapshot))
    }

    @Test("ends as soon as the state is seen")
    func seen() {
        #expect(Run(.canceled, [.notCanceled, .canceled]).verdict?.outcome == .ok)
        #expect(Run(.started, [Self.read(), Self.read(started: true)]).verdict?.outcome == .ok)
        #expect(
            Run(.finished, [Self.read(started: true), Self.read(finished: true)]).verdict?.outcome == .ok)
        #expect(Run(.finished, [Self.read(canceled: true)]).verdict?.outcome == .ok)
        #expect(Run(.started, [Self.read(started: true, canceled: true)]).verdict?.outcome == .ok)
    }

    @Test("a canceled case will not start")
    func never() {
        let run = Run(.started, [Self.read(), Self.read(canceled: true)])
        #expect(run.verdict?.outcome == .alreadyCanceled)
        #expect(run.verdict?.isSettled == true)
    }

    @Test("rests longer and longer, and looks once more before its time is over")
    func rests() {
        let run = Run(.canceled, Array(repeating: .notCanceled, count: 100), timeout: 20_000)
        #expect(run.verdict?.outcome == .unknown)
        #expect(run.verdict?.reason == .deadline)
        #expect(run.verdict?.snapshot != nil)
        let waits = run.driver.waits.map(\.count)
        #expect(waits.prefix(6) == [250, 500, 1000, 2000, 4000, 4000])
        #expect(run.driver.requests.count == waits.count + 1)
        // Each request takes 10 ms here, and the last one begins a second before the deadline.
        #expect((18_800...19_000).contains(waits.reduce(0, +)))
    }

    @Test("what may pass does not end it; what will not does")
    func trouble() {
        let passing: [Event] = [
            .status(500), .status(500), .unsent(), .unsent(), .foreign(403), .foreign(403),
        ]
        #expect(Run(.canceled, passing + [.canceled]).verdict?.outcome == .ok)
        #expect(Run(.canceled, [.status(403)]).verdict?.outcome == .denied)
        #expect(Run(.canceled, [.notCanceled, .absent]).verdict?.outcome == .notFound)
        #expect(Run(.canceled, [.unsent(.tls, isFinal: true)]).verdict?.outcome == .notSent)
    }

    @Test("whose service was never reached sent nothing")
    func unreached() {
        let unsent = Run(.canceled, Array(repeating: .unsent(), count: 1000), timeout: 3000)
        #expect(unsent.verdict?.outcome == .notSent)
        let lost = Run(.canceled, [.lost] + Array(repeating: .unsent(), count: 1000), timeout: 3000)
        #expect(lost.verdict?.outcome == .unknown)
    }
}
