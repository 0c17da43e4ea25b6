/// A length of time. Sums stay within what can be represented.
package struct Milliseconds: Comparable, ExpressibleByIntegerLiteral {
    package var count: Int64

    package init(_ count: Int64) { self.count = count }

    package init(integerLiteral value: Int64) { count = value }

    /// Longer than anything lasts.
    package static var unlimited: Milliseconds { Milliseconds(.max) }

    /// An hour: the longest time that a host may ask for.
    package static var hour: Milliseconds { 3_600_000 }

    /// A year: nobody waits as long, and it can be calculated with.
    package static var year: Milliseconds { Milliseconds(365 * 24 * hour.count) }

    package static func < (one: Milliseconds, other: Milliseconds) -> Bool { one.count < other.count }

    package var half: Milliseconds { Milliseconds(count / 2) }

    package static func * (time: Milliseconds, factor: Int64) -> Milliseconds {
        let (product, overflows) = time.count.multipliedReportingOverflow(by: factor)
        return overflows ? .unlimited : Milliseconds(product)
    }
}

/// A moment on the monotonic clock, which nobody can set.
package struct Instant: Comparable {
    /// Since an unknown moment before the process began.
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static var distantPast: Instant { Instant(milliseconds: .min) }
    package static var distantFuture: Instant { Instant(milliseconds: .max) }

    package static func < (one: Instant, other: Instant) -> Bool { one.milliseconds < other.milliseconds }

    package static func + (instant: Instant, time: Milliseconds) -> Instant {
        let (sum, overflows) = instant.milliseconds.addingReportingOverflow(time.count)
        return overflows ? (time.count > 0 ? .distantFuture : .distantPast) : Instant(milliseconds: sum)
    }

    package static func - (later: Instant, earlier: Instant) -> Milliseconds {
        let (difference, overflows) = later.milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return overflows ? Milliseconds(later > earlier ? .max : .min) : Milliseconds(difference)
    }
}

/// A moment on the clock on the wall, which anybody can set: for time stamps only.
package struct WallTime {
    package var millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) { self.millisecondsSince1970 = millisecondsSince1970 }
}
