/// The settings of the library that flags, variables and files may give, by the names of its configuration.
enum SettingKey: String, CaseIterable {
    case environment
    case baseURL = "base_url"
    case token
    case apiKey = "api_key"
    case clientAccessToken = "client_access_token"
    case timeout = "timeout_ms"
    case connectTimeout = "connect_timeout_ms"
    case maxAttempts = "max_attempts"
    case backoffBase = "backoff_base_ms"
    case backoffMax = "backoff_max_ms"
    case settle = "settle_ms"
    case confirm
    case maxConnections = "max_connections"
    case ratePerSecond = "rate_per_second"
    case proxy
    case authoritiesFile = "ca_file"
    case clientCertificate = "client_cert"
    case clientKey = "client_key"
    case clientKeyPassword = "client_key_password"
    case userAgent = "user_agent"
    case maxResponseBytes = "max_response_bytes"
    case journal

    /// KCASE_TOKEN for token.
    var variable: String { "KCASE_" + rawValue.uppercased() }

    var isSecret: Bool {
        switch self {
        case .token, .apiKey, .clientAccessToken, .clientKeyPassword: true
        default: false
        }
    }

    var isNumber: Bool {
        switch self {
        case .timeout, .connectTimeout, .maxAttempts, .backoffBase, .backoffMax, .settle, .maxConnections,
            .ratePerSecond, .maxResponseBytes:
            true
        default: false
        }
    }

    /// Which service: one of these excludes the other.
    static let service = [environment, baseURL]
    /// Whose account: a token, or the pair.
    static let credentials = [token, apiKey, clientAccessToken]
}

/// Variables that are not settings of the library.
enum ProgramVariable {
    static let config = "KCASE_CONFIG"
    static let tokenFile = "KCASE_TOKEN_FILE"
    /// How often --progress text writes a line.
    static let progressInterval = "KCASE_PROGRESS_INTERVAL"
    static let all = [config, tokenFile, progressInterval]
}
