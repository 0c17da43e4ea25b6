/// What one call is told: the client's configuration, as far as the call does not say otherwise.
struct CallOptions {
    var timeout: Milliseconds
    var retry: RetryPolicy
    var confirm: Confirm
    var tag: String?
    var personalData = false

    static let attempts: ClosedRange<Int64> = 1...20
    private static let mostBytes = 65_536

    static var confirms: [(word: StaticString, meaning: Confirm)] {
        [("ambiguous", .ambiguous), ("always", .always), ("never", .never)]
    }

    private static var keys: [StaticString] {
        ["timeout_ms", "max_attempts", "confirm", "tag", "personal_data"]
    }

    init(_ configuration: Configuration) {
        timeout = configuration.timeout
        retry = configuration.retry
        confirm = configuration.confirm
    }

    init(_ text: UnsafePointer<CChar>?, _ configuration: Configuration) throws(InvalidInput) {
        self.init(configuration)
        guard let text else { return }
        let reader = try ObjectReader(
            text, name: "options", mostBytes: CallOptions.mostBytes, keys: CallOptions.keys)
        timeout = try reader.integer("timeout_ms", 1...3_600_000) ?? timeout
        retry.attempts =
            try reader.integer("max_attempts", CallOptions.attempts).map { Int($0) } ?? retry.attempts
        confirm = try reader.choice("confirm", CallOptions.confirms) ?? confirm
        tag = try reader.text("tag", mostBytes: 256)
        personalData = try reader.boolean("personal_data") ?? false
    }
}
