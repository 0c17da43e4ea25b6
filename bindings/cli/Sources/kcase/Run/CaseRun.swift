import Glibc

/// The second phase: works on every case of a list, a few at a time, and hands each result on as it is found.
struct CaseRun {
    /// So many denials one after another, and no more cases are begun: the credentials are no good.
    static let denialsMax = 25

    let batch: Batch
    let cases: CaseList
    let concurrency: Int
    /// JSON, as the library takes it for each case.
    let options: String
    let sinks: [any ResultSink]
    let progress: Progress
    /// The results go to a reader that may leave.
    let output: DataWriter
    /// Whether results name the line that the id stands in.
    let showsLines: Bool

    private(set) var summary: Summary
    private var inProgress: [String: Int] = [:]
    private var denialsInRow = 0
    private var isFed = false

    init(
        batch: Batch, cases: CaseList, concurrency: Int, options: String, sinks: [any ResultSink],
        progress: Progress, output: DataWriter, showsLines: Bool, summary: Summary
    ) {
        self.batch = batch
        self.cases = cases
        self.concurrency = concurrency
        self.options = options
        self.sinks = sinks
        self.progress = progress
        self.output = output
        self.showsLines = showsLines
        self.summary = summary
        self.summary.cases = cases.count
        self.summary.repetitions = cases.repetitions.count
    }

    /// Returns when every case that was begun has its result.
    mutating func perform() throws(Failure) -> Summary {
        let began = monotonicMilliseconds()
        var next = cases.cases()
        while true {
            try feed(from: &next)
            while let result = batch.next() { take(result) }
            if batch.pending == 0, isFed || summary.stop != nil { break }
            sinks.forEach { $0.flush() }
            progress.show(summary)
            if batch.pending > 0 { wait() }
            checkWhetherToStop()
        }
        summary.notStarted = summary.cases - summary.done
        if summary.notStarted > 0 { summary.notStartedFromLine = try next.next()?.line }
        summary.elapsedMilliseconds = monotonicMilliseconds() - began
        progress.erase()
        return summary
    }

    private mutating func feed(from cases: inout CaseList.Iterator) throws(Failure) {
        while summary.stop == nil, !isFed, batch.pending < concurrency {
            guard let one = try cases.next() else {
                isFed = true
                return
            }
            inProgress[one.id] = one.line
            guard batch.add(one.id, options: options) else {
                throw Failure("the library takes no more cases", status: .runAgain)
            }
        }
    }

    private mutating func take(_ result: CaseResult) {
        let line = inProgress.removeValue(forKey: result.caseID)
        let row = ResultRow(line: showsLines ? line : nil, result: result)
        summary.count(result.outcome)
        sinks.forEach { $0.take(row) }
        denialsInRow = result.outcome == .denied ? denialsInRow + 1 : 0
        if denialsInRow >= CaseRun.denialsMax, !isFed { stop(.denials) }
    }

    // MARK: - Waiting and stopping

    private func wait() {
        var descriptors = [
            pollfd(fd: batch.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: Signals.descriptor, events: Int16(POLLIN), revents: 0),
            // Only whether its reader has gone.
            pollfd(fd: output.isBroken ? -1 : Descriptor.standardOutput, events: 0, revents: 0),
        ]
        poll(&descriptors, nfds_t(descriptors.count), Int32(progress.millisecondsToNext))
        if descriptors[2].revents & Int16(POLLERR) != 0 { output.readerHasGone() }
    }

    private mutating func checkWhetherToStop() {
        let before = Signals.count
        let signals = Signals.collect()
        if signals > before {
            progress.erase()
            if signals == 1, before == 0 {
                Console.complain(
                    """
                    stopping: nothing more is sent; \(counted(batch.pending, "case")) in progress \
                    \(batch.pending == 1 ? "is" : "are") being settled. Once more ends it at once.
                    """)
            } else {
                batch.interrupt()
                Signals.release()
            }
            stop(.signal)
        }
        if output.isBroken { stop(.output) }
    }

    private mutating func stop(_ reason: Summary.Stop) {
        if summary.stop == nil || reason == .signal { summary.stop = reason }
    }
}
