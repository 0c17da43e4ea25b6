import CSystem

/// A socket of a session's that libcurl sends requests over.
final class Connection {
    let descriptor: Int32
    /// What libcurl waits for, and what the watch does. The watch is told less often: a kept connection stays in it.
    var isWanted = false
    var watched: (readable: Bool, writable: Bool)?
    /// Requests that are under way over it.
    private var inFlight = 0
    private var requests = 0
    /// Whether it speaks HTTP/2, where each answer names its request.
    private var isMultiplexed = false
    private var port: Int32 = 0

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// The port of its own end, by which libcurl names it.
    var localPort: Int32 {
        if port == 0 { port = kc_local_port(descriptor) }
        return port
    }

    /// Whether a request may be sent over it. Not where something waits to be read unasked, an answer that came
    /// twice or a farewell: libcurl would take it for the answer to the next request, and it is about another case.
    var isFit: Bool {
        // libcurl sends a second request before the first is answered over HTTP/2 only.
        requests == 0 || inFlight > 0 || isMultiplexed || kc_is_quiet(descriptor) != 0
    }

    func beginRequest() {
        requests += 1
        inFlight += 1
    }

    func endRequest(overHTTP2: Bool) {
        inFlight -= 1
        isMultiplexed = isMultiplexed || overHTTP2
    }
}
