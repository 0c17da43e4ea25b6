import CSystem

/// A socket of a session's that libcurl sends requests over.
final class Connection {
    let descriptor: Int32
    /// What libcurl waits for, and what the watch does. The watch is told less often: a kept connection stays in it.
    var isWanted = false
    var watched: (readable: Bool, writable: Bool)?
    var hadRequest = false
    /// Whether it speaks HTTP/2, where each answer names its request; nil before the first answer.
    var isMultiplexed: Bool?

    /// Whether a request over it was lost, or got no answer in time. Over HTTP/1.1 libcurl closes it then; over HTTP/2 it
    /// goes on using it for as long as other requests are under way.
    var isBroken = false

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Whether a request may be sent over it. Not where it is broken, and not where something waits to be read unasked, an answer that came
    /// twice or a farewell: libcurl would take it for the answer to the next request, and it is about another case.
    ///
    /// Over HTTP/1.1, libcurl sends no second request before the first was answered: where it is about to, this is
    /// HTTP/2.
    var isFit: Bool {
        !isBroken && (!hadRequest || isMultiplexed != false || kc_is_quiet(descriptor) != 0)
    }
}
