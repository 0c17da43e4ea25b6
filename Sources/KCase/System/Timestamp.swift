/// A moment of the wall clock as RFC 3339 in UTC with milliseconds: 2026-11-23T15:04:05.678Z.
///
/// Worked out here, since libc's way takes the time zone's lock, which a fork can leave locked.
package struct Timestamp {
    private let millisecondsSince1970: Int64

    /// A clock set before 1970 reads as 1970.
    package init(_ time: WallTime) { millisecondsSince1970 = max(time.millisecondsSince1970, 0) }

    package var text: String {
        let (days, time) = millisecondsSince1970.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, day) = Timestamp.civil(daysSince1970: days)
        let hour = time / 3_600_000
        let minute = time / 60_000 % 60
        let second = time / 1000 % 60
        return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2) + "T"
            + digits(hour, 2) + ":" + digits(minute, 2) + ":" + digits(second, 2)
            + "." + digits(time % 1000, 3) + "Z"
    }

    /// The Gregorian date of a day, by counting 400-year eras that begin on a first of March.
    private static func civil(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private func digits(_ value: Int64, _ width: Int) -> String {
        var text = String(value)
        while text.utf8.count < width { text = "0" + text }
        return text
    }
}
