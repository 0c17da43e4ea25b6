import Foundation
import Testing

@testable import KCaseJournal
@testable import KCaseProtocol
@testable import KCaseSystem

/// The journal itself, without a client: who may work on what, and what is written of it.
@Suite("Journal")
struct JournalTests {
    private final class Folder {
        let path: String

        init() throws {
            let url = FileManager.default.temporaryDirectory.appendingPathComponent("kcase-\(UUID())")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            path = url.path
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var settings: JournalSettings { JournalSettings(path: path + "/x.journal", isNetworkAllowed: true) }
    }

    private static let service = "https://example.test"

    private func wish(_ id: String, key: String? = nil, usesJournal: Bool = false) -> Wish {
        Wish(caseID: id, tag: nil, intentKey: key, usesJournal: usesJournal)
    }

    private func commit(
        _ journal: Journal, _ findings: [Finding] = [], _ wishes: [Wish] = []
    ) throws -> Journal.Answers {
        try journal.commit(findings, wishes, service: JournalTests.service, .usual)
    }

    private func intent(_ grant: Grant?) throws -> Intent {
        guard case .granted(let intent) = grant else { throw Unexpected() }
        return intent
    }

    private struct Unexpected: Error {}

    private func canceled(_ intent: Intent) -> Finding {
        Finding(intent, outcome: "canceled", isSettled: true) { _ in }
    }

    @Test("one works on a case at a time, and who comes later hears what was found")
    func oneAtATime() throws {
        let folder = try Folder()
        let lease = try JournalLease.make(folder.settings)
        let first = try intent(try commit(lease.journal, [], [wish("Case-1")]).grants.first)
        var second = wish("case-1")
        guard case .occupied(let other) = try commit(lease.journal, [], [second]).grants.first else {
            throw Unexpected()
        }
        #expect(other == first.id)
        second.awaited = other
        _ = try commit(lease.journal, [canceled(first)])
        guard case .recorded = try commit(lease.journal, [], [second]).grants.first else {
            throw Unexpected()
        }
        // Without having waited, it is a wish of its own.
        _ = try intent(try commit(lease.journal, [], [wish("case-1")]).grants.first)
    }

    @Test("an outcome is written once, by the owner that found it")
    func writtenOnce() throws {
        let folder = try Folder()
        let lease = try JournalLease.make(folder.settings)
        let first = try intent(try commit(lease.journal, [], [wish("a")]).grants.first)
        lease.journal.release([first], service: JournalTests.service)
        let second = try intent(try commit(lease.journal, [], [wish("a")]).grants.first)
        #expect(second.id == first.id)
        #expect(second.isTakenOver)
        guard case .late(nil) = try commit(lease.journal, [canceled(first)]).recordings.first else {
            throw Unexpected()
        }
        guard case .written = try commit(lease.journal, [canceled(second)]).recordings.first else {
            throw Unexpected()
        }
        guard case .late("canceled") = try commit(lease.journal, [canceled(first)]).recordings.first else {
            throw Unexpected()
        }
        #expect(try lease.journal.verify(nil).isIntact)
    }

    @Test("the key of one case is not another's")
    func keys() throws {
        let folder = try Folder()
        let lease = try JournalLease.make(folder.settings)
        let first = try intent(try commit(lease.journal, [], [wish("a", key: "job")]).grants.first)
        guard case .keyOfOtherCase = try commit(lease.journal, [], [wish("b", key: "job")]).grants.first,
            case .occupied = try commit(lease.journal, [], [wish("a", key: "job")]).grants.first
        else { throw Unexpected() }
        _ = try commit(lease.journal, [canceled(first)])
        guard
            case .recorded = try commit(
                lease.journal, [], [wish("A", key: "job", usesJournal: true)]
            ).grants.first
        else { throw Unexpected() }
    }

    @Test("what its process gave back can be taken over, and nothing else")
    func claims() throws {
        let folder = try Folder()
        let lease = try JournalLease.make(folder.settings)
        let grants = try commit(lease.journal, [], [wish("a"), wish("b"), wish("c")]).grants
        lease.journal.release([try intent(grants[1])], service: JournalTests.service)
        let last = try lease.journal.lastEntry()
        let found = try lease.journal.claim(
            after: 0, upTo: last, limit: 10, service: JournalTests.service, .usual)
        #expect(found.orphans.map { $0.caseID } == ["b"])
        #expect(
            try lease.journal.claim(after: 0, upTo: last, limit: 10, service: "https://other.test", .usual)
                .orphans.isEmpty)
    }

    @Test("an intent of an owner that is gone is taken over by who opens the file next")
    func deadOwners() throws {
        let folder = try Folder()
        do {
            let lease = try JournalLease.make(folder.settings)
            _ = try intent(try commit(lease.journal, [], [wish("a")]).grants.first)
        }
        let lease = try JournalLease.make(folder.settings)
        let taken = try intent(try commit(lease.journal, [], [wish("a")]).grants.first)
        #expect(taken.isTakenOver)
    }

    @Test("a resuming cancel reads first, and sends if the case is not canceled")
    func looksFirst() {
        let plan = Plan(
            policy: RetryPolicy(attempts: 4, backoffBase: 1, backoffMax: 1, settle: 1),
            deadline: .distantFuture, canMintToken: false)
        let context = Context(now: Instant(milliseconds: 0), jitter: 0)
        var machine = CancelMachine(plan, confirm: .ambiguous, looksFirst: true)
        guard case .authorize = machine.begin(context) else { return #expect(Bool(false)) }
        guard case .send(.read) = machine.handle(.authorized, context) else { return #expect(Bool(false)) }
        let failure = Failure(sent: true, isFinal: false, trouble: Explain.nothingKnown)
        guard case .send(.cancel) = machine.handle(.failed(failure), context) else {
            return #expect(Bool(false))
        }
    }
}
