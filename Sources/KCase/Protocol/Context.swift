import KCaseSystem

/// What a state machine is told with every event, since it has no clock and no chance of its own.
package struct Context {
    package var now: Instant
    /// Spreads its waits.
    package var jitter: UInt64
    /// Whether the client may repeat anything now.
    package var mayRepeat: Bool

    package init(now: Instant, jitter: UInt64, mayRepeat: Bool = true) {
        self.now = now
        self.jitter = jitter
        self.mayRepeat = mayRepeat
    }
}
