@testable import KCaseClient
@testable import KCaseDriver
@testable import KCaseProtocol
@testable import KCaseSystem

extension OperationOptions {
    /// The same, with a time, attempts and readings as a caller may want them.
    func drawn(_ random: inout SeededRandom) -> OperationOptions {
        var options = self
        options.timeout = random.pick([300, 2000, 30_000, 30_000, 120_000])
        options.retry.attempts = random.pick([1, 2, 4, 4, 6])
        options.confirm = random.pick([.ambiguous, .ambiguous, .ambiguous, .always, .never])
        return options
    }
}

extension SimulatedService {
    /// With one case, and a token that is good.
    convenience init(_ faults: FaultRates, _ random: inout SeededRandom) {
        self.init(faults, SeededRandom(seed: random.next()))
        issue("static-secret-token")
    }
}

enum Configurations {
    nonisolated(unsafe) static let token = read(#""token": "static-secret-token""#)
    nonisolated(unsafe) static let minting = read(
        #""api_key": "api-key-secret", "client_access_token": "client-secret""#)

    static func drawn(_ random: inout SeededRandom) -> Configuration {
        random.happens(0.3) ? minting : token
    }

    /// With these members beside the address.
    static func read(_ members: String) -> Configuration {
        let json = CText(#"{"base_url": "http://127.0.0.1:1", \#(members)}"#)
        defer { withExtendedLifetime(json) {} }
        guard let configuration = try? Configuration.read(GivenText(json.pointer)) else {
            fatalError("configuration")
        }
        return configuration
    }
}
