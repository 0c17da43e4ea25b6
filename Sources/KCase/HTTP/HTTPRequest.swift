import KCaseSystem

/// A request to the service, without the service's address.
package struct HTTPRequest {
    package enum Method {
        case get
        /// With a JSON body, or none.
        case post(Secret?)
    }

    package let method: Method
    /// NUL-terminated and percent-encoded.
    package let path: [UInt8]
    /// The bearer token that it shows, if any.
    package let token: Secret?
    /// What takes the body of a success as it comes; nil: it is kept, and read when it is whole.
    let receiver: BodyReceiver?
    /// Header lines of the operation that it belongs to, if any.
    package var trace: TraceHeaders?

    package init(method: Method, path: [UInt8], token: Secret?, receiver: BodyReceiver? = nil) {
        self.method = method
        self.path = path
        self.token = token
        self.receiver = receiver
    }

    /// Whether a compressed body of its answer is decoded. The answer to a request without content needs no
    /// reading.
    var isDecoded: Bool {
        if case .post(nil) = method { false } else { true }
    }
}
