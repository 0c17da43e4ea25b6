import Glibc

/// An instant on the wall clock.
struct WallTime {
    let seconds: Int

    static var now: WallTime { WallTime(seconds: time(nil)) }

    /// 2026-11-26T08:15:00Z.
    var text: String {
        var parts = tm()
        var instant = time_t(seconds)
        gmtime_r(&instant, &parts)
        func padded(_ number: Int32, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day =
            "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
        return "\(day)T\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))Z"
    }
}

/// Milliseconds of a clock that never goes back.
func monotonicMilliseconds() -> Int {
    var instant = timespec()
    clock_gettime(CLOCK_MONOTONIC, &instant)
    return instant.tv_sec * 1000 + instant.tv_nsec / 1_000_000
}
