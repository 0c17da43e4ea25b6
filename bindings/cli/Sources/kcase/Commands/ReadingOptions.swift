import ArgumentParser

/// The options of a command that reads cases and changes none, and its work.
struct ReadingOptions: ParsableArguments {
    @OptionGroup(title: "Which cases") var list: ListOptions
    @OptionGroup(title: "Which service") var service: ServiceOptions
    @OptionGroup(title: "How fast") var pace: PaceOptions
    @OptionGroup(title: "What comes out") var output: OutputOptions

    /// - Parameter command: what the summary calls it.
    /// - Parameter options: for each case, as the library takes them.
    func perform(_ command: String, _ view: RowView, options: [JSON.Member] = []) throws {
        var settings = try service.settings(pace.settings(), list: list.from)
        settings.remove(.journal)
        let named = try Service(settings)
        let cases = CaseList()
        try list.read(into: cases)
        let job = CaseJob(
            command: command, view: view, pace: pace, output: output, options: options, list: list.name)
        try job.perform(on: cases, settings, named)
    }
}
