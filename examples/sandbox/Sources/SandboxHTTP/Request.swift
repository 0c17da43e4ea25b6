/// One whole HTTP/1.x request.
struct Request: Sendable, Equatable {
    var method: String
    var target: String
    /// Names in lower case, in the order received.
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// Whether the client expects to use the connection again.
    var keepsAlive: Bool

    func value(of name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    static func == (left: Request, right: Request) -> Bool {
        left.method == right.method && left.target == right.target && left.body == right.body
            && left.keepsAlive == right.keepsAlive
            && left.headers.map(\.name) == right.headers.map(\.name)
            && left.headers.map(\.value) == right.headers.map(\.value)
    }
}

/// A request that cannot be understood; the answer it gets, after which the connection ends.
struct RequestError: Error, Equatable {
    let status: Int
    let message: String

    static let malformed = RequestError(status: 400, message: "The request is malformed")
    static let headTooLarge = RequestError(
        status: 431, message: "The head is longer than \(RequestLimits.headBytesMax) bytes")
    static let bodyTooLarge = RequestError(
        status: 413, message: "The body is longer than \(RequestLimits.bodyBytesMax) bytes")
    static let lengthRequired = RequestError(
        status: 411, message: "A body needs a Content-Length here")
    static let wrongVersion = RequestError(status: 505, message: "This server speaks HTTP/1.1")
}

/// The bounds of a request.
enum RequestLimits {
    static let headBytesMax = 32 * 1024
    static let headersMax = 100
    static let bodyBytesMax = 1024 * 1024
}
