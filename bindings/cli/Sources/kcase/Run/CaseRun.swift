import Glibc

/// The second phase: works on every case of a list, a few at a time, and hands each result on as it is found.
struct CaseRun {
    /// So many denials one after another, and no more cases are begun: the credentials are no good.
    static let denialsMax = 25

    let batch: Batch
    /// nil: the batch brings its cases along.
    let cases: CaseList?
    let concurrency: Int
    /// JSON, as the library takes it for each case.
    let options: String
    let place: Workplace
    /// Whether results name the line that the id stands in.
    let showsLines: Bool
    /// Whether what is in progress at the first signal is brought to its end. What only reads is not.
    let settles: Bool

    private(set) var summary: Summary
    private var inProgress: [String: Int] = [:]
    private var denialsInRow = 0
    private var isFed = false

    init(
        batch: Batch, cases: CaseList?, concurrency: Int, options: String, place: Workplace, showsLines: Bool,
        settles: Bool
    ) {
        self.batch = batch
        self.cases = cases
        self.concurrency = concurrency
        self.options = options
        self.place = place
        self.showsLines = showsLines
        self.settles = settles
        summary = place.summary
        summary.repetitions = cases?.repetitions.count ?? 0
        isFed = cases == nil
    }

    /// Returns when every case that was begun has its result.
    mutating func perform() -> Summary {
        let began = monotonicMilliseconds()
        var next = cases?.cases()
        while true {
            checkWhetherToStop()
            feed(from: &next)
            while let result = batch.next() { take(result) }
            if batch.pending == 0, isFed || summary.stop != nil { break }
            place.sinks.forEach { $0.flush() }
            place.progress.show(summary)
            if batch.pending > 0 { wait() }
        }
        if cases == nil { summary.cases = summary.done }
        summary.notStarted = summary.cases - summary.done
        if summary.notStarted > 0 { summary.notStartedFromLine = firstNotStarted(&next) }
        summary.elapsedMilliseconds = monotonicMilliseconds() - began
        place.progress.erase()
        return summary
    }

    /// What cannot be read any more ends the feeding; what is in progress has its results all the same.
    private mutating func feed(from cases: inout CaseList.Iterator?) {
        while summary.stop == nil, !isFed, batch.pending < concurrency {
            do throws(Failure) {
                guard let one = try cases?.next() else {
                    isFed = true
                    return
                }
                inProgress[one.id] = one.line
                guard batch.add(one.id, options: options) else {
                    throw Failure("the library takes no more cases")
                }
            } catch {
                Console.complain(error.message)
                stop(.input)
            }
        }
    }

    /// The line of the first case that was not begun.
    private func firstNotStarted(_ cases: inout CaseList.Iterator?) -> Int? {
        if summary.stop == .input { return nil }
        return (try? cases?.next())?.line
    }

    private mutating func take(_ result: CaseResult) {
        let line = inProgress.removeValue(forKey: result.caseID)
        let row = ResultRow(line: showsLines ? line : nil, result: result)
        summary.count(result.outcome)
        place.sinks.forEach { $0.take(row) }
        if place.hasJournal { takeNote(result) }
        denialsInRow = result.outcome == .denied ? denialsInRow + 1 : 0
        if denialsInRow >= CaseRun.denialsMax, !isFed { stop(.denials) }
    }

    /// What became of the journal's part in it.
    private mutating func takeNote(_ result: CaseResult) {
        if result["journaled"] == "false" { summary.notJournaled += 1 }
        if result.outcome == .notSent, result["reason"] == "journal" {
            summary.journalFailures += 1
            stop(.journal)
        }
    }

    // MARK: - Waiting and stopping

    private func wait() {
        var descriptors = [
            pollfd(fd: batch.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
            // Only whether its reader has gone.
            pollfd(fd: place.output.isBroken ? -1 : Descriptor.standardOutput, events: 0, revents: 0),
        ]
        poll(&descriptors, nfds_t(descriptors.count), Int32(place.progress.millisecondsToNext))
        if descriptors[2].revents & Int16(POLLERR) != 0 { place.output.readerHasGone() }
    }

    private mutating func checkWhetherToStop() {
        let before = Signals.count
        let signals = Signals.collect()
        if signals > before {
            place.progress.erase()
            if signals == 1, before == 0, settles {
                Console.complain(
                    """
                    stopping: nothing more is sent; \(counted(batch.pending, "case")) in progress \
                    \(batch.pending == 1 ? "is" : "are") being settled. Once more ends it at once.
                    """)
            } else {
                batch.interrupt()
                if signals > 1 { Signals.release() }
            }
            stop(.signal)
        }
        if place.output.isBroken { stop(.output) }
    }

    private mutating func stop(_ reason: Summary.Stop) {
        if summary.stop == nil || reason == .signal { summary.stop = reason }
    }
}
