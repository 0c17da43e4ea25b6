/// A request as far as the world cares: who asks for what.
public struct Call: Sendable {
    public var method: String
    public var target: String
    public var authorization: String?
    public var body: [UInt8]

    public init(
        _ method: String, _ target: String, authorization: String? = nil, body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.authorization = authorization
        self.body = body
    }
}
