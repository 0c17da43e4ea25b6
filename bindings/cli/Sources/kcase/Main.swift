import ArgumentParser

@main
struct Program: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kcase",
        abstract: "Cancel KarmaCheck background-check cases, and know what happened.",
        discussion: """
            A first try, in KarmaCheck's stage environment:

              kcase check --environment stage
              kcase cancel --environment stage e074241e-36e8-444b-bf55-bb4dad6d3f3d

            The token is read from --token-file, KCASE_TOKEN or the configuration file, or asked for.

            Exit codes:
              0  all canceled, now or before; or all read
              1  some refused, not found or failed
              2  usage, configuration or list; nothing was sent
              3  something unknown or not sent: run it again
              4  the credentials were denied
              5  the journal or the note of a run cannot be used; nothing was sent
              130, 143  interrupted; what was in progress is settled
            """,
        version: version,
        subcommands: [
            CancelCommand.self, ResumeCommand.self, StatusCommand.self, ListCommand.self, AwaitCommand.self,
            CheckCommand.self,
            OutcomesCommand.self,
            ConfigCommand.self, HistoryCommand.self, JournalCommand.self,
        ]
    )

    private static var version: String { "kcase \(Library.version)" }

    static func main() {
        Descriptor.occupyStandardNumbers()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            try Token.refuseOnCommandLine(arguments)
            var command = try command(arguments)
            try command.run()
            end(.allDone)
        } catch let failure as Failure {
            Console.complain(failure.message)
            end(failure.status)
        } catch let ending as Ending {
            end(ending.status)
        } catch {
            finish(error)
        }
    }

    /// The command that the arguments name. It is tried alone first, since the parser needs longer for the
    /// whole tree of commands. What it does not take is left to the tree, which has the words for it; so is a
    /// question for help, whose words name the whole command.
    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        let named = configuration.subcommands.first { $0.configuration.commandName == arguments.first }
        if let named, let command = try? named.parseAsRoot(Array(arguments.dropFirst())),
            type(of: command) == named
        {
            return command
        }
        return try parseAsRoot(arguments)
    }

    /// The argument parser's own endings: help and version, or a command line that it does not understand.
    private static func finish(_ error: any Error) {
        if exitCode(for: error).isSuccess {
            let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
            writer.write(fullMessage(for: error) + "\n")
            do throws(Failure) {
                try writer.close()
            } catch {
                Console.complain(error.message)
                end(error.status)
            }
            end(.allDone)
        }
        Console.complain(message(for: error))
        Console.line("See kcase --help, and kcase COMMAND --help.")
        end(.usage)
    }
}
