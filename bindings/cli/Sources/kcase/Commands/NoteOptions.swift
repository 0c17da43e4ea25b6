import ArgumentParser

/// What is written down of a run, so that nothing is lost whatever happens.
struct NoteOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The journal's file. Runs over lists have one in ~/.local/state/kcase.", valueName: "file"),
        completion: .file())
    var journal: String?

    @Flag(name: .long, help: "Keep no journal, and no note by which kcase resume takes the run up.")
    var noJournal = false

    func settings() throws(Failure) -> [SettingKey: (flag: String, value: String)] {
        if journal != nil, noJournal { throw Failure("--journal and --no-journal exclude each other") }
        return journal.map { [.journal: ("--journal", $0)] } ?? [:]
    }
}
