import CSystem
import KCaseDriver
import KCaseHTTP
import KCaseJSON
import KCaseJournal
import KCaseKarmaCheck
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// What a client is told. include/kcase.h describes each key. A class, since every call looks at it.
package final class Configuration {
    let account: Account
    /// What a call does that is not told otherwise.
    let operation: OperationOptions
    let transport: TransportSettings
    /// The most requests a second; nil: as many as there are.
    let ratePerSecond: Int64?
    /// nil: no journal is kept.
    let journal: JournalSettings?
    /// Whether a peer that goes away can raise SIGPIPE. libcurl sends in the clear with MSG_NOSIGNAL; how a
    /// TLS library writes is its own affair.
    let mayRaiseSIGPIPE: Bool
    /// What must not appear in a result.
    let secrets: [Secret]

    private static let bytesMax = 1 << 20
    private static let pathBytesMax = 4096
    private static let urlBytesMax = 2048
    /// What OpenSSL has room for.
    private static let passwordBytesMax = 1023

    private static var keys: [StaticString] {
        [
            "environment", "base_url", "token", "api_key", "client_access_token", "timeout_ms",
            "connect_timeout_ms", "max_attempts", "backoff_base_ms", "backoff_max_ms", "settle_ms", "confirm",
            "max_connections", "rate_per_second", "proxy", "ca_file", "client_cert", "client_key",
            "client_key_password", "user_agent", "max_response_bytes", "journal", "journal_on_network_fs",
        ]
    }

    /// Reads a configuration. (No initializer that throws: in Embedded Swift an object that is half made when
    /// it throws is never given back.)
    static func read(_ given: GivenText) throws(InvalidInput) -> Configuration {
        guard let text = try given.bytes("config", bytesMax: bytesMax) else {
            throw InvalidInput("config: must not be NULL")
        }
        let reader = try ObjectReader(text, name: "config", bytesMax: bytesMax, keys: keys)
        let service = try service(reader)
        if service.isPlain, reader.has("proxy") {
            throw InvalidInput(
                "proxy: must not be given with an http:// base_url, which stays on this machine")
        }
        let account = Account(service, try credentials(reader))
        return Configuration(
            account, try operation(reader), try transport(reader, service),
            ratePerSecond: try reader.integer("rate_per_second", 1...100_000),
            journal: try journal(reader))
    }

    static func read(file path: UnsafePointer<CChar>?) throws(InvalidInput) -> Configuration {
        guard let path else { throw InvalidInput("path: must not be NULL") }
        return try RegularFile("path", path, bytesMax: bytesMax).withBytes { text throws(InvalidInput) in
            try read(.counted(text))
        }
    }

    private init(
        _ account: Account, _ operation: OperationOptions, _ transport: TransportSettings,
        ratePerSecond: Int64?, journal: JournalSettings?
    ) {
        self.journal = journal
        self.account = account
        self.operation = operation
        self.transport = transport
        self.ratePerSecond = ratePerSecond
        mayRaiseSIGPIPE = transport.proxy.isPossible || !account.service.isPlain
        secrets =
            account.credentials.secrets + transport.proxy.secrets
            + (transport.keyPassword.map { [$0] } ?? [])
    }

    /// What the operations of one process share.
    func makeProcessState() -> ProcessState {
        ProcessState(
            transport, token: account.credentials.givenToken, ratePerSecond: ratePerSecond,
            ledger: journal.map {
                Ledger($0, service: String(decoding: account.service.baseURL, as: UTF8.self))
            })
    }

    // MARK: - Which world, and who

    private static func service(_ reader: borrowing ObjectReader) throws(InvalidInput) -> Service {
        let environment = try reader.choice("environment", Service.environments)
        let base = try reader.word("base_url", bytesMax: urlBytesMax)
        switch (environment, base) {
        case (let service?, nil):
            return service
        case (nil, let base?):
            return Service(environment: "custom", baseURL: try WebAddress.base(base))
        case (nil, nil):
            throw InvalidInput(
                "environment: is required (\"stage\" or \"production\"), unless base_url is given")
        case (.some, .some):
            throw InvalidInput("base_url: must not be given together with environment")
        }
    }

    private static func credentials(_ reader: borrowing ObjectReader) throws(InvalidInput) -> Credentials {
        let token = try reader.secret(
            "token", bytesMax: Credentials.tokenBytesMax,
            rule: "of printable ASCII without spaces or line breaks",
            isValid: Credentials.isToken)
        let apiKey = try key("api_key", reader)
        let clientAccessToken = try key("client_access_token", reader)
        switch (token, apiKey, clientAccessToken) {
        case (let token?, nil, nil):
            return .token(token)
        case (nil, let apiKey?, let clientAccessToken?):
            return .pair(KeyPair(apiKey: apiKey, clientAccessToken: clientAccessToken))
        case (nil, nil, nil):
            throw InvalidInput("token: is required, unless api_key and client_access_token are given")
        case (nil, .some, nil):
            throw InvalidInput("client_access_token: is required together with api_key")
        case (nil, nil, .some):
            throw InvalidInput("api_key: is required together with client_access_token")
        case (.some, _, _):
            throw InvalidInput("token: must not be given together with api_key or client_access_token")
        }
    }

    private static func key(
        _ name: StaticString, _ reader: borrowing ObjectReader
    ) throws(InvalidInput) -> Secret? {
        try reader.secret(
            name, bytesMax: Credentials.keyBytesMax, rule: "without control characters",
            isValid: Credentials.isKey)
    }

    // MARK: - How

    private static func operation(_ reader: borrowing ObjectReader) throws(InvalidInput) -> OperationOptions {
        let retry = RetryPolicy(
            attempts: 4,
            backoffBase: try reader.milliseconds("backoff_base_ms") ?? 250,
            backoffMax: try reader.milliseconds("backoff_max_ms") ?? 10_000,
            settle: try reader.milliseconds("settle_ms") ?? 1000)
        return try OperationOptions(
            reader, defaults: OperationOptions(timeout: 30_000, retry: retry, confirm: .ambiguous))
    }

    private static func transport(
        _ reader: borrowing ObjectReader, _ service: Service
    ) throws(InvalidInput) -> TransportSettings {
        let certificate = try file("client_cert", reader)
        let key = try file("client_key", reader)
        if certificate == nil, key != nil {
            throw InvalidInput("client_cert: is required together with client_key")
        }
        let password = try reader.password("client_key_password", bytesMax: passwordBytesMax)
        if certificate == nil, password != nil {
            throw InvalidInput("client_cert: is required together with client_key_password")
        }
        return TransportSettings(
            baseURL: service.baseURL + [0],
            connectTimeout: try reader.milliseconds("connect_timeout_ms") ?? 5_000,
            connectionsMax: Int(try reader.integer("max_connections", 1...256) ?? 8),
            responseBytesMax: Int(
                try reader.integer("max_response_bytes", 1024...1_073_741_824) ?? 8_388_608),
            proxy: try proxy(reader),
            authoritiesFile: try authorities(reader),
            certificateFile: certificate,
            keyFile: key,
            keyPassword: password,
            userAgent: try userAgent(reader))
    }

    private static func journal(
        _ reader: borrowing ObjectReader
    ) throws(InvalidInput) -> JournalSettings? {
        let path = try reader.word("journal", bytesMax: pathBytesMax, isPath: true)
        let isNetworkAllowed = try reader.boolean("journal_on_network_fs")
        guard let path else {
            if isNetworkAllowed != nil {
                throw InvalidInput("journal: is required together with journal_on_network_fs")
            }
            return nil
        }
        return JournalSettings(path: path, isNetworkAllowed: isNetworkAllowed ?? false)
    }

    private static func proxy(_ reader: borrowing ObjectReader) throws(InvalidInput) -> Proxy {
        guard let text = try reader.address("proxy", bytesMax: urlBytesMax) else { return .none }
        if text.withBytes({ $0.elementsEqual(StaticString("environment").bytes) }) {
            return try ProxyText.environment().map { .address($0) } ?? .none
        }
        do throws(InvalidInput) {
            return .address(try ProxyText.address(text, exceptions: ""))
        } catch {
            throw error.of("proxy") { $0 + ", or \"environment\"" }
        }
    }

    private static func authorities(_ reader: borrowing ObjectReader) throws(InvalidInput) -> String? {
        let text = try reader.word("ca_file", bytesMax: pathBytesMax, isPath: true)
        let isEnvironment = text?.utf8.elementsEqual("environment".utf8) ?? false
        return isEnvironment ? try AuthoritiesFile.environment() : try file("ca_file", reader)
    }

    private static func file(
        _ name: StaticString, _ reader: borrowing ObjectReader
    ) throws(InvalidInput) -> String? {
        guard let path = try reader.word(name, bytesMax: pathBytesMax, isPath: true) else { return nil }
        guard TLSFiles.isPath(path) else {
            throw InvalidInput(
                name, "must be the path of a file; addresses of tokens, engines and stores are not taken")
        }
        return path
    }

    private static func userAgent(_ reader: borrowing ObjectReader) throws(InvalidInput) -> String {
        let product = "kcase/" + Version.text
        guard let suffix = try reader.word("user_agent", bytesMax: 256) else { return product }
        guard suffix.utf8.allSatisfy({ ASCII.isVisible($0) || $0 == UInt8(ascii: " ") }) else {
            throw InvalidInput("user_agent: must be printable ASCII")
        }
        return product + " " + suffix
    }
}
