/// Whether a run may act: production is asked about first.
struct Confirmation {
    let service: Service
    /// --yes.
    let isGiven: Bool
    /// --confirm production:3.
    let expected: String?
    let cases: Int

    /// Throws a Failure if the run must not act. Nothing was sent then.
    func check() throws(Failure) {
        let wanted = "\(service.confirmationWord):\(cases)"
        if let expected {
            if expected == wanted { return }
            throw Failure(
                "--confirm says \(printable(expected)), and this is \(wanted). Nothing was sent.")
        }
        if isGiven || !service.needsConfirmation { return }
        let isAtTerminal = Terminal(Descriptor.standardInput).isTerminal && Console.terminal.isTerminal
        if !isAtTerminal {
            throw Failure(
                """
                this would cancel \(counted(cases, "case")) in \(service.name), and nobody can be asked. \
                Say --confirm \(wanted), or --yes. Nothing was sent.
                """)
        }
        try ask()
    }

    private func ask() throws(Failure) {
        let what = Console.terminal.styled("Cancel \(counted(cases, "case")) in \(service.name)?", .bold)
        let question =
            "\(what) This cannot be undone.\nType the number of cases (\(cases)) to go on: "
        guard let answer = Terminal.ask(question) else {
            Console.write("\n")
            let status = Signals.received == nil ? ExitStatus.usage : Signals.status
            throw Failure("not confirmed. Nothing was sent.", status: status)
        }
        let typed = answer.filter { $0 != "," && $0 != " " }
        if typed != String(cases) {
            throw Failure("not confirmed. Nothing was sent.")
        }
    }
}
