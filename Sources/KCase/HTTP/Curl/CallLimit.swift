import CCurl
import KCaseSystem

/// Bounds the time that libcurl stays inside one call of a session's. It reads on for as long as something
/// comes: frames of HTTP/2 that mean nothing, updates of TLS keys, a chunk's header without an end. Meanwhile
/// no deadline is looked at, no interrupt heard, and no other thread of the process can fork.
final class CallLimit {
    /// How often libcurl said that it goes on, in this call.
    private var steps: UInt = 0
    private var began = Instant.distantPast
    private var bodyBytes = 0
    /// Which connection the call is about, if it is about one.
    private(set) var descriptor: Int32 = -1
    /// How often in this call the time was over.
    private(set) var overruns = 0

    /// A plain answer takes fewer; so they cost no look at the clock.
    private static let freeSteps: UInt = 24
    private static let timeMax: Milliseconds = 250
    /// A body that comes as fast as this may take the time that it takes: its size is bounded.
    private static let bytesPerMillisecond = 16_384

    func begin(_ descriptor: Int32) {
        steps = 0
        bodyBytes = 0
        overruns = 0
        self.descriptor = descriptor
    }

    func count(bodyBytes count: Int) { bodyBytes &+= count }

    /// The time so far was not libcurl's own.
    func beginTimeAgain() { began = Clock.now }

    /// libcurl goes on; whether the clock is to be looked at.
    @inline(__always)
    func step() -> Bool {
        steps &+= 1
        return steps > CallLimit.freeSteps
    }

    /// Whether libcurl must not go on.
    func isOver() -> Bool {
        let now = Clock.now
        if steps == CallLimit.freeSteps &+ 1 { began = now }
        let forBody = Int64(bodyBytes / CallLimit.bytesPerMillisecond)
        guard (now - began).count >= CallLimit.timeMax.count + forBody else { return false }
        began = now
        overruns += 1
        return true
    }
}
