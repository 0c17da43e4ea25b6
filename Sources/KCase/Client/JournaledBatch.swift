import KCaseDriver
import KCaseHTTP
import KCaseJournal
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Stands between a batch and its driver where there is a journal. A case gets to the driver once its intent
/// is durable, and a result to the host once its outcome is: one transaction carries the outcomes just found
/// and the intents about to be sent.
final class JournaledBatch {
    /// A case that waits for its intent.
    private final class Entry {
        let caseID: CaseID
        let options: CallOptions
        let interruptMark: UInt
        var wish: Wish
        /// Until when it waits for somebody else who is at work on the case.
        var until = Instant.distantFuture

        init(_ caseID: CaseID, _ options: CallOptions, interruptMark: UInt) {
            self.caseID = caseID
            self.options = options
            self.interruptMark = interruptMark
            wish = Wish(caseID, options)
        }
    }

    private let ledger: Ledger
    private let configuration: Configuration
    /// How many cases the driver gets at most, in flight or about to be: more where many outcomes come for
    /// each transaction.
    private var coveredMax: Int
    private let coveredBounds: ClosedRange<Int>

    private var queue = Queue<Entry>()
    /// Cases that somebody else is at work on.
    private var occupied: [Entry] = []
    /// When these are looked at again.
    private var retryAt = Instant.distantFuture
    /// Intents of the cases that the driver has, each at the place that its result has for a mark. 0 is the
    /// mark of those that have no intent.
    private var underWay: [Intent?] = [nil]
    private var freeMarks: [Int] = []
    /// Results whose outcomes are not durable yet.
    private var found: [(result: CallResult, intent: Intent)] = []
    private var foundSince = Instant.distantFuture
    /// How long an outcome waits for others to be written with it: some times as long as the disk takes.
    private var groupDelay = JournaledBatch.groupDelayMin
    private var ready = Queue<CallResult>()
    private var resume: Resume?
    /// Cases that were given another mark than this are to end.
    private var interruptMark: UInt = 0
    /// Whether there may be cases that `exchange` has not seen.
    private var hasNews = true

    /// How often a case is looked at that somebody else is at work on.
    static let retryInterval: Milliseconds = 20
    private static let groupDelayMin: Milliseconds = 50
    private static let groupDelayMax: Milliseconds = 100
    /// How many times as long as the transaction before.
    private static let groupDelayFactor: Int64 = 4
    /// However many are in flight, no more are covered for that reason.
    private static let coveredUsualMax = 1024

    init(_ ledger: Ledger, _ configuration: Configuration, inFlightMax: Int, resume: Resume?) {
        self.ledger = ledger
        self.configuration = configuration
        coveredMax = 4 * inFlightMax
        coveredBounds = coveredMax...max(coveredMax, min(4 * coveredMax, JournaledBatch.coveredUsualMax))
        self.resume = resume
    }

    // MARK: - In and out

    func add(_ caseID: CaseID, _ options: CallOptions, interruptMark: UInt) {
        queue.append(Entry(caseID, options, interruptMark: interruptMark))
        hasNews = true
    }

    func next() -> CallResult? { ready.popFirst() }

    /// Cases that the driver does not have: before it, or after it.
    var waiting: Int { queue.count + occupied.count + (resume?.remaining ?? 0) }
    var finished: Int { found.count + ready.count }

    /// When there will be something to do, if nothing happens before.
    var nextDeadline: Instant? {
        if hasNews || ready.count > 0 { return .distantPast }
        var next = min(retryAt, found.isEmpty ? .distantFuture : foundSince + groupDelay)
        for entry in occupied { next = min(next, entry.until) }
        return next == .distantFuture ? nil : next
    }

    // MARK: - Transactions

    /// Takes the driver's results, writes what is due, and gives the driver what may be sent then. Whether it
    /// got anything.
    func exchange<Link: Transport>(
        with driver: BatchDriver<Link, CallResult>, readMark: @escaping () -> UInt, makeResult: MakeResult
    ) -> Bool {
        let now = Clock.now
        let interruptMark = readMark()
        let isInterrupted = { readMark() != interruptMark }
        hasNews = false
        collect(driver, now)
        endInterrupted(otherThan: interruptMark, driver, makeResult)
        let waitingBefore = driver.waiting
        let room = max(coveredMax - driver.waiting - driver.inFlight, 0)
        let isStarving = driver.waiting == 0 && room > 0
        if now >= retryAt { reviveOccupied(now, driver, makeResult) }
        let cases = found.count + driver.inFlight + driver.waiting + queue.count
        let isDue =
            (!found.isEmpty && 2 * found.count >= min(coveredMax, cases)) || now >= foundSince + groupDelay
            || (isStarving && !queue.isEmpty)
        if isDue { commit(room, driver, now, .forOutcome(isInterrupted), makeResult) }
        if isStarving {
            let limit = min(room, coveredBounds.lowerBound)
            resumeMore(limit, driver, interruptMark, .forOutcome(isInterrupted))
        }
        collect(driver, now)
        return driver.waiting > waitingBefore
    }

    /// A result that the driver had no part in.
    @inline(never)
    private func deliver<Link: Transport>(
        _ result: CallResult, _ driver: BatchDriver<Link, CallResult>
    ) {
        driver.add(result, result.verdict.outcome)
    }

    typealias MakeResult = (CaseID, CallOptions, (inout Conclusion) -> Void) -> CallResult

    private func collect<Link: Transport>(_ driver: BatchDriver<Link, CallResult>, _ now: Instant) {
        while let result = driver.next() {
            let mark = Int(result.mark)
            guard let intent = intent(of: result.mark) else {
                ready.append(result)
                continue
            }
            if found.isEmpty { foundSince = now }
            found.append((result, intent))
            underWay[mark] = nil
            freeMarks.append(mark)
        }
    }

    private func commit<Link: Transport>(
        _ room: Int, _ driver: BatchDriver<Link, CallResult>, _ now: Instant, _ lockWait: LockWait,
        _ makeResult: MakeResult
    ) {
        var entries: [Entry] = []
        while entries.count < room, let entry = queue.popFirst() { entries.append(entry) }
        let results = takeFound()
        defer {
            let took = Clock.now - now
            groupDelay = min(
                max(took * JournaledBatch.groupDelayFactor, JournaledBatch.groupDelayMin),
                JournaledBatch.groupDelayMax)
            coveredMax = min(
                max(4 * results.count, coveredBounds.lowerBound), coveredBounds.upperBound)
        }
        do throws(JournalError) {
            let answers = try ledger.commit(
                results.compactMap { $0.finding }, entries.map { $0.wish }, lockWait)
            note(answers.recordings, results)
            for (entry, grant) in zip(entries, answers.grants) {
                carryOut(entry, grant, driver, now, makeResult)
            }
        } catch {
            for one in results where one.finding != nil { one.result.note(error) }
            for entry in entries {
                let isAwaited = entry.wish.awaited != nil
                deliver(
                    makeResult(entry.caseID, entry.options) {
                        $0.becomeUnwritten(error, isAwaited: isAwaited, nil)
                    }, driver)
            }
        }
        for one in results { ready.append(one.result) }
    }

    private typealias Found = (result: CallResult, finding: Finding?)

    /// What was found, each with what is to be written of it; of the rest, the intents are left.
    private func takeFound() -> [Found] {
        var results: [Found] = []
        var left: [Intent] = []
        for one in found {
            let finding = one.result.finding(one.intent)
            if finding == nil {
                left.append(one.intent)
                one.result.noteUnfinished()
            }
            results.append((one.result, finding))
        }
        found = []
        foundSince = .distantFuture
        ledger.release(left)
        return results
    }

    private func note(_ recordings: [Recording], _ results: [Found]) {
        for (one, recording) in zip(results.filter { $0.finding != nil }, recordings) {
            one.result.note(recording)
        }
    }

    private func carryOut<Link: Transport>(
        _ entry: Entry, _ grant: Grant, _ driver: BatchDriver<Link, CallResult>, _ now: Instant,
        _ makeResult: MakeResult
    ) {
        switch grant {
        case .granted(let intent):
            begin(.cancel, entry.caseID, entry.options, intent, entry.interruptMark, driver)
        case .occupied(let other):
            if entry.wish.awaited == nil {
                entry.wish.awaited = other
                entry.until = now + entry.options.operation.timeout
            }
            occupied.append(entry)
            retryAt = min(retryAt, now + JournaledBatch.retryInterval)
        case .recorded:
            let result = makeResult(entry.caseID, entry.options) { $0.becomeRecorded(nil) }
            result.journaling = .written
            deliver(result, driver)
        case .keyOfOtherCase:
            let result = entry.caseID.text.withCString {
                CallResult(.keyOfOtherCase, of: GivenText($0), configuration, tag: entry.options.tag)
            }
            deliver(result, driver)
        }
    }

    private func begin<Link: Transport>(
        _ kind: OperationKind, _ caseID: CaseID, _ options: CallOptions, _ intent: Intent,
        _ interruptMark: UInt, _ driver: BatchDriver<Link, CallResult>
    ) {
        let mark = freeMarks.popLast() ?? underWay.count
        if mark == underWay.count { underWay.append(nil) }
        underWay[mark] = intent
        var marked = options.operation
        marked.mark = Int64(mark)
        driver.add(kind, caseID, marked, tag: options.tag, interruptMark: interruptMark)
    }

    private func intent(of mark: Int64) -> Intent? {
        underWay.indices.contains(Int(mark)) ? underWay[Int(mark)] : nil
    }

    // MARK: - Cases of others

    /// Those that waited go before those that come new.
    private func reviveOccupied<Link: Transport>(
        _ now: Instant, _ driver: BatchDriver<Link, CallResult>, _ makeResult: MakeResult
    ) {
        let waited = occupied
        occupied = []
        retryAt = .distantFuture
        var revived = Queue<Entry>()
        for entry in waited {
            if now >= entry.until {
                deliver(makeResult(entry.caseID, entry.options) { $0.becomeOccupied(nil) }, driver)
            } else {
                revived.append(entry)
            }
        }
        while let entry = queue.popFirst() { revived.append(entry) }
        queue = revived
    }

    private func endInterrupted<Link: Transport>(
        otherThan mark: UInt, _ driver: BatchDriver<Link, CallResult>, _ makeResult: MakeResult
    ) {
        guard mark != interruptMark else { return }
        interruptMark = mark
        var kept = Queue<Entry>()
        while let entry = queue.popFirst() {
            if entry.interruptMark == mark {
                kept.append(entry)
            } else {
                deliver(makeResult(entry.caseID, entry.options) { _ in }, driver)
            }
        }
        queue = kept
        for entry in occupied where entry.interruptMark != mark {
            deliver(makeResult(entry.caseID, entry.options) { $0.becomeOccupied(nil) }, driver)
        }
        occupied = occupied.filter { $0.interruptMark == mark }
        if let resume, resume.interruptMark != mark { self.resume?.stop() }
    }

    // MARK: - Intents that were left

    /// What a resuming batch looks for.
    struct Resume {
        enum Mode {
            case finish, verify
        }

        let mode: Mode
        fileprivate var lookedAt: Int64 = 0
        fileprivate let last: Int64
        fileprivate let interruptMark: UInt
        fileprivate var isOver = false

        /// `last` is the last entry of the trail: intents that are begun later are not looked at.
        init(_ mode: Mode, last: Int64, interruptMark: UInt) {
            self.mode = mode
            self.last = last
            self.interruptMark = interruptMark
        }

        /// There may be more: nobody knows how many.
        fileprivate var remaining: Int { isOver ? 0 : 1 }

        fileprivate mutating func stop() { isOver = true }
    }

    /// Has a conclusion say what the intent's history allows.
    func adapt(_ conclusion: inout Conclusion, _ operation: Operation) {
        guard let intent = intent(of: operation.mark), intent.isTakenOver else { return }
        conclusion.becomeResumed(resume?.mode ?? .finish, operation.part)
    }

    private func resumeMore<Link: Transport>(
        _ room: Int, _ driver: BatchDriver<Link, CallResult>, _ interruptMark: UInt, _ lockWait: LockWait
    ) {
        guard var search = resume, !search.isOver else { return }
        defer { resume = search }
        do throws(JournalError) {
            var orphans: [Orphan] = []
            while orphans.isEmpty, !search.isOver {
                (orphans, search.lookedAt) = try ledger.claim(
                    after: search.lookedAt, upTo: search.last, limit: room, lockWait)
                search.isOver = search.lookedAt >= search.last
            }
            for orphan in orphans { take(orphan, search.mode, driver, interruptMark) }
        } catch {
            search.isOver = true
            let cause = Trouble(reason: error.reason, text: "the journal cannot be read: " + error.text)
            let verdict = Verdict(
                outcome: .notSent, reason: cause.reason, evidence: .none, message: Explain.notSent(cause),
                isRetriable: true)
            deliver(CallResult(verdict), driver)
        }
    }

    private func take<Link: Transport>(
        _ orphan: Orphan, _ mode: Resume.Mode, _ driver: BatchDriver<Link, CallResult>,
        _ interruptMark: UInt
    ) {
        do throws(InvalidInput) {
            let text = CText(orphan.caseID)
            let caseID = try CaseID(GivenText(text.pointer))
            var options = CallOptions(configuration)
            options.tag = orphan.tag
            guard let text = orphan.part else {
                return begin(
                    mode == .finish ? .resume : .status, caseID, options, orphan.intent, interruptMark, driver
                )
            }
            let part = try CasePart.read(text)
            guard case .finish = mode else { return leave(orphan, caseID, part, options, driver) }
            begin(.cancelPart(part), caseID, options, orphan.intent, interruptMark, driver)
        } catch {
            // The journal was written by somebody who takes other ids, or it is damaged here.
            ledger.release([orphan.intent])
            let text = CText(orphan.caseID)
            deliver(
                CallResult(error, of: GivenText(text.pointer), configuration, tag: orphan.tag), driver)
        }
    }

    /// Only whole cases can be verified: what of a part is to be read, its cancel reads by itself.
    private func leave<Link: Transport>(
        _ orphan: Orphan, _ caseID: CaseID, _ part: CasePart, _ options: CallOptions,
        _ driver: BatchDriver<Link, CallResult>
    ) {
        ledger.release([orphan.intent])
        let operation = Operation(
            configuration.account, caseID, options.operation, now: Clock.now, .part(part))
        let result = CallResult(.unverified(part), operation, configuration, tag: options.tag)
        result.noteUnfinished()
        deliver(result, driver)
    }

    // MARK: - The end

    /// Writes what was found, and leaves the rest to others.
    func abandon() {
        let results = takeFound()
        let findings = results.compactMap { $0.finding }
        if !findings.isEmpty {
            _ = try? ledger.commit(findings, [], .usual)
        }
        ledger.release(underWay.compactMap { $0 })
        underWay = [nil]
        freeMarks = []
    }
}

extension Conclusion {
    /// As the result of a batch that resumes: what only was read, and was found canceled, says so.
    mutating func becomeResumed(_ mode: JournaledBatch.Resume.Mode, _ part: CasePart?) {
        guard case .verify = mode, verdict.outcome == .ok else { return becomeCautious(part) }
        guard verdict.snapshot?.isCanceled ?? false else { return }
        verdict.outcome = .alreadyCanceled
        verdict.evidence = .readBack
        verdict.message = "The case reads back as canceled."
        verdict.isSettled = true
    }
}
