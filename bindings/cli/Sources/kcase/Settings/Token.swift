/// A token, from where nobody else can read it: never from the command line.
enum Token {
    /// Longer than any token that the library takes.
    static let bytesMax = 16386

    /// The path that the user names: the flag's, or the variable's where no variable has the token itself.
    static func path(_ flag: String?) -> String? {
        if let flag { return flag }
        return Environment.value(SettingKey.token.variable) == nil
            ? Environment.value(ProgramVariable.tokenFile) : nil
    }

    /// A file's first line, or standard input's ("-").
    static func read(_ path: String) throws(Failure) -> String {
        let bytes = try contents(of: path, atMost: bytesMax)
        let path = sourceName(path)
        let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }
        guard lines.count == 1, let line = lines.first else {
            throw Failure(
                "\(path): \(lines.isEmpty ? "no token in it" : "more than one line; a token is one line")")
        }
        guard let token = String(validating: line, as: UTF8.self) else {
            throw Failure("\(path): the token is not a text in UTF-8")
        }
        return token
    }

    /// Asks for it, without echo, if a person sits at the terminal.
    static func ask(for service: String) throws(Failure) -> String? {
        guard Terminal(Descriptor.standardInput).isTerminal, Console.terminal.isTerminal else { return nil }
        Signals.catchThem()
        guard let answer = Terminal.ask("KarmaCheck token for \(service) (not shown): ", echo: false) else {
            throw Failure("no token was given", status: Signals.received == nil ? .usage : Signals.status)
        }
        return answer
    }

    /// Flags that would carry a secret, which every user of the machine could read.
    static let flags = ["--token", "--api-key", "--client-access-token", "--client-key-password"]

    static func refuseOnCommandLine(_ arguments: [String]) throws(Failure) {
        for argument in arguments {
            if argument == "--" { return }
            guard let flag = flags.first(where: { argument == $0 || argument.hasPrefix($0 + "=") }) else {
                continue
            }
            let variable = "KCASE_" + flag.dropFirst(2).uppercased().map { $0 == "-" ? "_" : $0 }
            let file = flag == "--token" ? "--token-file FILE, " : ""
            throw Failure(
                """
                \(flag): a secret is not taken from the command line, where every user of this machine can \
                read it. Use \(file)the variable \(variable), or the configuration file.
                """)
        }
    }
}
