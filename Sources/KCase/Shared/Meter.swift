import KCaseSystem

/// Counts events by the second, to tell how many there are in one, lately.
package struct Meter {
    /// The seconds that are remembered: the present one and whole ones before it.
    private static let seconds = 8

    private var counts = [Int64](repeating: 0, count: seconds)
    private var second: Int64 = 0
    private var began: Instant?

    package init() {}

    package mutating func count(at now: Instant) {
        if began == nil { begin(at: now) }
        pass(until: now)
        counts[Int(second % Int64(Meter.seconds))] += 1
    }

    /// Events per 1000 seconds over the time that is remembered; 0 if there were none.
    package mutating func perThousandSeconds(at now: Instant) -> Int64 {
        guard let began else { return 0 }
        pass(until: now)
        let oldest = max(began.milliseconds, (second - Int64(Meter.seconds) + 1) * 1000)
        let sum = counts.reduce(0, +)
        return sum * 1_000_000 / max(now.milliseconds - oldest, 1000)
    }

    private mutating func begin(at now: Instant) {
        began = now
        second = now.milliseconds / 1000
    }

    /// Forgets what is too long ago.
    private mutating func pass(until now: Instant) {
        let present = now.milliseconds / 1000
        let passed = min(present - second, Int64(Meter.seconds))
        for offset in 0..<max(passed, 0) {
            counts[Int((present - offset) % Int64(Meter.seconds))] = 0
        }
        second = max(second, present)
    }
}
