/// How a server treats every connection.
public struct ServerOptions: Sendable {
    /// Added before every request of the API is looked at.
    public var latencyMS: Int
    public var log: RequestLog?

    public static let latencyMSMax = 60_000
    /// Connections at the same time; a further one is closed at once.
    public static let connectionsMax = 1_024

    public init(latencyMS: Int = 0, log: RequestLog? = nil) {
        self.latencyMS = min(max(0, latencyMS), Self.latencyMSMax)
        self.log = log
    }
}
