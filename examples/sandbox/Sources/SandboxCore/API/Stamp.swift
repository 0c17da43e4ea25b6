/// A moment in milliseconds since 1970, written the way the API's REST answers write it.
public struct Stamp: Sendable, Hashable, Comparable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: Stamp, right: Stamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    public func adding(milliseconds more: Int64) -> Stamp {
        Stamp(milliseconds: milliseconds + more)
    }

    public func adding(minutes: Int64) -> Stamp {
        adding(milliseconds: minutes * 60_000)
    }

    /// For example `2024-04-05T19:21:27.000+00:00`.
    public var text: String {
        let day = floorDivide(milliseconds, by: 86_400_000)
        let millisecond = milliseconds - day * 86_400_000
        let date = Self.date(ofDay: day)
        return padded(date.year, to: 4) + "-" + padded(date.month, to: 2) + "-"
            + padded(date.day, to: 2) + "T" + padded(millisecond / 3_600_000, to: 2) + ":"
            + padded(millisecond / 60_000 % 60, to: 2) + ":"
            + padded(millisecond / 1_000 % 60, to: 2)
            + "." + padded(millisecond % 1_000, to: 3) + "+00:00"
    }

    /// The Gregorian date of a day counted from 1970-01-01. Years are counted from March, so that
    /// the leap day is a year's last day and every month before it has a fixed offset.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }
}

private func floorDivide(_ value: Int64, by divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
}

/// A number with leading zeros.
func padded(_ number: some BinaryInteger, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
