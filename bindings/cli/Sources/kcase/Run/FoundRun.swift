/// Cancels the one case that a filter finds. The library does all of it in one call.
struct FoundRun {
    let place: Workplace
    let trackingCode: String
    let options: String

    func perform() -> Summary {
        var summary = place.summary
        let began = monotonicMilliseconds()
        // The call cannot be left in the middle to settle: the second signal ends it with what is known.
        Signals.interrupt(
            place.client,
            onSecondAfter: "kcase: stopping when this case is settled. Once more ends it at once.\n")
        guard let result = place.client.cancelFound(filter, options: options) else {
            summary.count(.unknown)
            return summary
        }
        if Signals.collect() > 0 { summary.stop = .signal }
        summary.count(result.outcome)
        if result["journaled"] == "false" { summary.notJournaled = 1 }
        if result.outcome == .notSent, result["reason"] == "journal" { summary.journalFailures = 1 }
        place.sinks.forEach { $0.take(ResultRow(line: nil, result: result)) }
        if result["reason"] == "ambiguous" {
            Console.suggest(
                "to see them:", command: "kcase list --tracking-code \(shellQuoted(trackingCode))")
        }
        summary.elapsedMilliseconds = monotonicMilliseconds() - began
        return summary
    }

    private var filter: String {
        JSON.object([.init(name: "api_tracking_code", value: .string(trackingCode))]).written
    }
}
