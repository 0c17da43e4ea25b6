import KCaseSystem

/// A whole answer as it came over the network. The body is borrowed, for the length of its decoding.
package struct Reply {
    package var status: Int32
    /// How long the server asks to wait.
    package var retryAfter: Milliseconds?
    package var isPlainText: Bool
    /// Whether it was kept for a while on the way (Age, RFC 9111, 5.1).
    package var isFromCache: Bool
    package var body: UnsafeBufferPointer<UInt8>

    package init(
        status: Int32, retryAfter: Milliseconds? = nil, isPlainText: Bool = false, isFromCache: Bool = false,
        body: UnsafeBufferPointer<UInt8>
    ) {
        self.status = status
        self.retryAfter = retryAfter
        self.isPlainText = isPlainText
        self.isFromCache = isFromCache
        self.body = body
    }

    /// Any 2xx.
    package var isSuccess: Bool { (200...299).contains(status) }
}
