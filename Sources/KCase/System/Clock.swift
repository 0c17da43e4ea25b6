import CSystem

/// A length of time, or a moment on the monotonic clock. Values from outside are limited to an hour before
/// they become one, so sums of a few of them cannot overflow.
typealias Milliseconds = Int64

/// A moment as a state machine sees it: the time, and some chance to spread its waits with.
struct Moment {
    var now: Milliseconds
    var chance: UInt64
    /// Whether the client may repeat anything now.
    var mayRepeat = true
}

enum Clock {
    /// The moment now, on the clock that nobody can set.
    static func moment() -> Moment {
        let nanoseconds = kc_monotonic_ns()
        return Moment(now: nanoseconds / 1_000_000, chance: scatter(UInt64(bitPattern: nanoseconds)))
    }

    static var now: Milliseconds { kc_monotonic_ns() / 1_000_000 }

    /// Milliseconds since 1970, by the wall clock: for time stamps only.
    static var wall: Milliseconds { kc_wall_ms() }

    /// SplitMix64's finalizer: neighboring inputs give unrelated outputs. Good for jitter, not for secrets.
    static func scatter(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
