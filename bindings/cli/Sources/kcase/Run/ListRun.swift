/// Shows the cases of a listing as they are found.
struct ListRun {
    private static let sliceMilliseconds = 200 as Int32

    let listing: Listing
    let client: Client
    let output: OutputOptions
    let service: Service

    func perform() throws(Failure) -> ExitStatus {
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        let progress = Progress(.none)
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
                summary.cases = summary.done
                return try conclude(result, &summary, results, writer)
            }
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
        if let complaint = writer.complaint { Console.complain(complaint) }
        if outcome != .ok {
            let message = result?.message ?? "the list was not read to its end"
            Console.complain(printable(message))
        }
        if !output.quiet {
            Console.complain("\(counted(summary.done, "case")) found in \(service.name)")
        }
        return summary.status
    }
}
