import KCaseFurtherMachines
import KCaseDriver
import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Cases that are handed out while the list with them still comes. As the list can be long, it is not read
/// on for as long as nobody takes what was found.
package final class Listing: @unchecked Sendable {
    /// What a call for the next case brings.
    package enum Next {
        case found(CallResult)
        case nothingYet
        /// With what became of the list; nil if that was handed out before.
        case over(CallResult?)
    }

    private let client: Client
    private let process: ProcessState
    private let session: Session
    private let operation: Operation
    private let list: CaseList
    private let driver: SteppedDriver<AnyMachine>
    private let tag: String?
    private let found: Found
    private let ending = Locked(Ending.none)

    /// Found, and not handed out yet.
    private final class Found {
        var cases = Queue<ListedCase>()
        var redactor = Redactor([])
    }

    private enum Ending {
        case none
        /// To be handed out after what was found before.
        case waits(CallResult)
        case handedOut
    }

    private static let waitingMax = 256

    /// nil where memory or descriptors are lacking.
    package static func make(_ client: Client, _ options: ListOptions) -> Listing? {
        let process = client.processState()
        let settings = client.configuration.transport
        guard let session = Session.make(settings, .single, listeningTo: process.wakeEvent) else {
            return nil
        }
        return Listing(client, process, session, options)
    }

    private init(_ client: Client, _ process: ProcessState, _ session: Session, _ options: ListOptions) {
        self.client = client
        self.process = process
        self.session = session
        tag = options.tag
        let found = Found()
        self.found = found
        let secrets = client.configuration.secrets
        var query = options.query
        query.limit = .max
        list = CaseList(
            query, begin: { found.redactor = Redactor(secrets + [$0]) },
            hasRoom: { found.cases.count < Listing.waitingMax }, handOut: { found.cases.append($0) })
        // What was handed out cannot be taken back, so that the list is asked for once.
        var settings = options.operation
        settings.retry.attempts = 1
        let clock = Clock.read()
        operation = Operation(client.configuration.account, nil, settings, now: clock.now, .list(list))
        driver = SteppedDriver(
            operation.machine(.list, settings), operation, process, HeldSession(own: session), clock)
    }

    deinit {
        guard process.isOurs else {
            // The parent's connection is left as it is: never used, closed or freed.
            _ = Unmanaged.passRetained(driver)
            _ = Unmanaged.passRetained(session)
            _ = Unmanaged.passRetained(process)
            return
        }
        holdingSIGPIPE { driver.abort() }
    }

    /// Works until there is a case; for so many milliseconds at most, without limit if negative.
    package func next(timeout: Int32) -> Next {
        guard process.isOurs else { return .over(nil) }
        return ending.withLock { ending in
            if found.cases.isEmpty, case .none = ending, let result = work(timeout) {
                ending = .waits(result)
            }
            if let listed = found.cases.popFirst() { return .found(result(listed)) }
            switch ending {
            case .none: return .nothingYet
            case .waits(let result):
                ending = .handedOut
                return .over(result)
            case .handedOut: return .over(nil)
            }
        }
    }

    /// What became of the list, once it is over.
    private func work(_ timeout: Int32) -> CallResult? {
        let end = Clock.deadline(after: timeout)
        let conclusion = holdingSIGPIPE {
            session.resume()
            return driver.work(until: end) { !found.cases.isEmpty }
        }
        guard let conclusion else { return nil }
        let isWhole = conclusion.verdict.outcome == .ok
        guard let members = isWhole ? FoundCases.summary(of: list) : [] else { return .outOfResources }
        return CallResult(conclusion, operation, client.configuration, tag: tag, additional: members)
    }

    private func result(_ listed: ListedCase) -> CallResult {
        let snapshot = listed.snapshot.mapTexts(found.redactor.clean)
        let verdict = Verdict(
            outcome: .ok, evidence: .response, message: Explain.state(snapshot), isSettled: true,
            snapshot: snapshot)
        return CallResult(verdict, caseID: found.redactor.clean(listed.id), tag: tag)
    }

    private func holdingSIGPIPE<Output>(_ body: () -> Output) -> Output {
        SIGPIPE.held(if: client.configuration.mayRaiseSIGPIPE, during: body)
    }
}
