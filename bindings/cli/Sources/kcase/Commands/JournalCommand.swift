import ArgumentParser

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Hold the journal against a head that was kept elsewhere.",
        discussion: """
            A head, kept where those who can write the journal cannot, shows later whether it was changed.

              kcase journal head > head.json
              kcase journal verify --head head.json
            """,
        subcommands: [HeadCommand.self, VerifyCommand.self]
    )
}

struct HeadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "Print the head of the journal's trail, as JSON.")

    @OptionGroup var journal: JournalOptions

    func run() throws {
        let journal = try self.journal.chosen()
        let result = journal.head()
        guard let result, result.outcome == .ok, let head = result["head"] else {
            throw journal.failure(result)
        }
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        writer.write(head + "\n")
        try writer.close()
    }
}

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Look at every entry of the journal. Exit code 1: it was changed.")

    @OptionGroup var journal: JournalOptions

    @Option(
        name: .long,
        help: ArgumentHelp("A head that kcase journal head printed.", valueName: "file"), completion: .file())
    var head: String?

    func run() throws {
        let journal = try self.journal.chosen()
        let expected = try head.map { (path) throws(Failure) in
            String(decoding: try contents(of: path, atMost: 65536), as: UTF8.self)
        }
        let result = journal.verify(expected)
        guard let result, let verification = result["verification"] else {
            // The head is all that can be wrong with what was given.
            if let head, result?.outcome == .invalid {
                throw Failure("\(printable(head)): this is no head of a journal: \(result?.message ?? "")")
            }
            throw journal.failure(result)
        }
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        writer.write(verification + "\n")
        try writer.close()
        Console.complain(printable(result.message))
        if result.outcome != .ok { throw Ending(status: .someNotCanceled) }
    }
}
