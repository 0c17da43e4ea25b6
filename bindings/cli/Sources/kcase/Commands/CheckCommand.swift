import ArgumentParser

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find out whether the service can be reached and accepts the credentials.",
        discussion: """
            Touches no case. Says for each step whether it works, and what to do if it does not.

              kcase check --environment stage
            """
    )

    @OptionGroup(title: "Which service") var service: ServiceOptions

    @Option(name: [.long, .short], help: "What standard output carries.")
    var output: OutputFormat = .table

    func run() throws {
        var settings = try service.settings()
        let named = try Service(settings)
        let client = try Connecting.client(&settings, named)
        Signals.catchThem()
        Signals.interrupt(client)
        let steps = Diagnosis(settings: settings, service: named, client: client).steps()
        if Signals.collect() > 0 { throw Failure("stopped", status: Signals.status) }
        try write(steps)
        let status = steps.contains { $0.verdict == .failed } ? steps.map(\.status).max(by: <) : nil
        if let status, status > 0 { throw Ending(status: ExitStatus(rawValue: status) ?? .runAgain) }
    }

    private func write(_ steps: [Diagnosis.Step]) throws(Failure) {
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        switch output {
        case .table:
            let layout = TableLayout(terminal: Terminal(Descriptor.standardOutput), widths: [13, 9])
            for step in steps {
                let words = step.advice.isEmpty ? step.finding : "\(step.finding). \(step.advice)"
                writer.write(
                    layout.row([
                        .init(text: step.name), .init(text: step.verdict.rawValue, style: step.verdict.style),
                        .init(text: printable(words)),
                    ]))
            }
        case .csv:
            writer.write(CSV.record(["step", "verdict", "finding", "advice"]))
            for step in steps {
                writer.write(CSV.record([step.name, step.verdict.rawValue, step.finding, step.advice]))
            }
        case .json:
            writer.write(JSON.array(steps.map(\.json)).written + "\n")
        case .ndjson:
            for step in steps { writer.write(step.json.written + "\n") }
        }
        try writer.close()
    }
}
