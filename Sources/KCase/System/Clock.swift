import CSystem

/// The time, and some chance to spread waits with.
package struct ClockReading {
    package var now: Instant
    /// Differs from reading to reading.
    package var jitter: UInt64

    package init(now: Instant, jitter: UInt64) {
        self.now = now
        self.jitter = jitter
    }
}

package enum Clock {
    package static var now: Instant { Instant(milliseconds: kc_clock_monotonic_ns() / 1_000_000) }

    package static var wall: WallTime { WallTime(millisecondsSince1970: kc_clock_realtime_ms()) }

    /// Sleeps without anything to be woken by.
    package static func sleep(_ time: Milliseconds) { _ = poll(nil, 0, Int32(clamping: max(time.count, 0))) }

    /// When a caller's timeout, in milliseconds, is over: never, if it is negative.
    package static func deadline(after timeout: Int32, from start: Instant = Clock.now) -> Instant {
        timeout < 0 ? .distantFuture : start + Milliseconds(Int64(timeout))
    }

    package static func read() -> ClockReading {
        let nanoseconds = kc_clock_monotonic_ns()
        return ClockReading(
            now: Instant(milliseconds: nanoseconds / 1_000_000),
            jitter: Jitter.spread(UInt64(bitPattern: nanoseconds)))
    }
}

package enum Jitter {
    /// SplitMix64's finalizer: neighboring inputs give unrelated outputs. Good for jitter, not for secrets.
    package static func spread(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
