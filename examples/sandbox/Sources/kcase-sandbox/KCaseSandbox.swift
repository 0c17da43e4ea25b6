import ArgumentParser
import Foundation
import SandboxCore
import SandboxHTTP

@main
struct KCaseSandbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kcase-sandbox",
        abstract: "A simulated KarmaCheck server, for tests and demonstrations.",
        discussion: """
            Prints one line, "listening on http://127.0.0.1:PORT", and answers until SIGTERM or \
            SIGINT. It listens on loopback only and keeps everything in memory.

            Credentials that every sandbox accepts:
              token               \(Credentials.token)
              apiKey              \(Credentials.apiKey)
              clientAccessToken   \(Credentials.clientAccessToken)

            Cases 01 to 05 can be canceled (\(Fixtures.id(1)) and so on); 06 to 15 answer \
            otherwise. GET /sandbox/cases lists them all, with the answer each one gives.

            \(FaultHelp.text)
            """
    )

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port: UInt16 = 0

    @Option(help: "How many more cases to have, all waiting for authorization.")
    var cases = 0

    @Option(help: "How canceling a canceled case is answered: 422, 409, 404 or 200.")
    var secondCancel = SecondCancel.unprocessable

    @Option(help: "How a list of services is carried out of which some are refused: each or all.")
    var serviceLists = ServiceLists.each

    @Option(help: "Milliseconds to wait before each request of the API is looked at.")
    var latencyMs = 0

    @Option(help: "A fault rule, such as kind=status,status=503,on=cancel; see above. Repeatable.")
    var fault: [String] = []

    @Flag(help: "Write one line per request to standard error.")
    var log = false

    func validate() throws {
        guard (0...CaseBook.seededMax).contains(cases) else {
            throw ValidationError("--cases is a number from 0 to \(CaseBook.seededMax)")
        }
        guard (0...ServerOptions.latencyMSMax).contains(latencyMs) else {
            throw ValidationError(
                "--latency-ms is a number from 0 to \(ServerOptions.latencyMSMax)")
        }
        _ = try rules()
    }

    private func rules() throws -> [FaultRule] {
        do {
            let rules = try fault.flatMap { try FaultRule.parse(argument: $0) }
            guard rules.count <= FaultLimits.rulesMax else {
                throw FaultError("more than \(FaultLimits.rulesMax) rules")
            }
            return rules
        } catch {
            throw ValidationError("--fault: \(error)")
        }
    }

    func run() async throws {
        let server = try listen()
        let running = Task { await server.run() }
        let signals = StopSignals { running.cancel() }
        Output.line("listening on \(server.url)", to: .standardOutput)
        await running.value
        signals.finish()
    }

    private func listen() throws -> Server {
        let sandbox = try Sandbox(
            WorldOptions(
                seededCases: cases, secondCancel: secondCancel, services: serviceLists, faults: rules(),
                seed: UInt64.random(in: 0 ... .max)))
        let log = log ? RequestLog { Output.text($0, to: .standardError) } : nil
        do {
            return try Server(
                port: port, sandbox: sandbox,
                options: ServerOptions(latencyMS: latencyMs, log: log))
        } catch {
            Output.line("kcase-sandbox: \(ListenFailure.describe(error, port))", to: .standardError)
            throw ExitCode.failure
        }
    }
}
