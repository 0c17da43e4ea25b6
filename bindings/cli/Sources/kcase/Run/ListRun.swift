/// Shows the cases of a listing as they are found.
struct ListRun {
    private static let sliceMilliseconds = 200 as Int32

    let listing: Listing
    let client: Client
    let output: OutputOptions
    let service: Service

    func perform() throws(Failure) -> ExitStatus {
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let progress = try Progress(output.progress)
        let results = output.results(.status, to: writer, progress: progress)
        var summary = Summary(command: "list", service: service.name)
        while true {
            switch listing.next(milliseconds: ListRun.sliceMilliseconds) {
            case .found(let result):
                summary.count(result.outcome)
                results.take(ResultRow(line: nil, result: result))
            case .none:
                results.flush()
            case .over(let result):
                progress.erase()
                summary.cases = summary.done
                return try conclude(result, &summary, results, writer)
            }
            progress.show(summary)
            if Signals.collect() > 0 || writer.isBroken {
                client.interrupt()
                summary.stop = writer.isBroken ? .output : .signal
            }
        }
    }

    private func conclude(
        _ result: CaseResult?, _ summary: inout Summary, _ results: any ResultSink, _ writer: DataWriter
    ) throws(Failure) -> ExitStatus {
        let outcome = result?.outcome ?? .unknown
        // A list that was not read to its end holds cases that nobody has seen.
        if outcome != .ok { summary.ending = outcome.status }
        results.finish(summary)
        if writer.isBroken, summary.stop == nil { summary.stop = .output }
        if let complaint = writer.complaint, !writer.hasReaderLeft { Console.complain(complaint) }
        if outcome != .ok, summary.stop == nil, let message = result?.message {
            Console.complain(printable(message))
        }
        if !output.quiet || summary.status != .allDone {
            Console.complain(
                "\(counted(summary.done, "case")) found in \(service.name)\(reach(summary, outcome == .ok))")
        }
        return summary.status
    }

    /// How far the list was read and shown; empty if it was to its end.
    private func reach(_ summary: Summary, _ isWhole: Bool) -> String {
        let end =
            switch summary.stop {
            case .output: ", and not all of them could be written"
            case .signal: " before the list was stopped"
            default: isWhole ? "" : " so far"
            }
        return isWhole ? end : "\(end); the list was not read to its end"
    }
}
