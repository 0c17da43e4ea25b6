import ArgumentParser

/// Which journal.
struct JournalOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The journal's file instead of ~/.local/state/kcase/journal.db.", valueName: "file"),
        completion: .file())
    var journal: String?

    /// The journal that is named, or that of the settings, or that of runs over lists.
    func chosen() throws(Failure) -> Journal {
        let flags = journal.map { [SettingKey.journal: (flag: "--journal", value: $0)] } ?? [:]
        let settings = try Settings(flags: flags, config: nil, tokenFile: nil)
        guard let path = settings[.journal]?.value.text ?? Journal.usualPath else {
            throw Failure("which journal? Say --journal FILE", status: .journal)
        }
        return Journal(path: path)
    }
}
