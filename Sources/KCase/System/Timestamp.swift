/// A moment of the wall clock as RFC 3339 in UTC with milliseconds: 2026-11-23T15:04:05.678Z.
///
/// Worked out here, since libc's way takes the time zone's lock, which a fork can leave locked.
package struct Timestamp {
    private let millisecondsSince1970: Int64

    /// A clock set before 1970 reads as 1970; one set to a year of five digits, as the end of 9999.
    package init(_ time: WallTime) {
        millisecondsSince1970 = min(max(time.millisecondsSince1970, 0), 253_402_300_799_999)
    }

    package var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }

    /// The text's bytes, for the length of the call.
    package func withBytes<Output>(_ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output {
        var room: (UInt64, UInt64, UInt64) = (0, 0, 0)
        return withUnsafeMutableBytes(of: &room) { room in
            room.copyBytes(from: UnsafeRawBufferPointer(StaticString("0000-00-00T00:00:00.000Z").bytes))
            write(to: room)
            return body(UnsafeRawBufferPointer(room).bindMemory(to: UInt8.self))
        }
    }

    private func write(to room: UnsafeMutableRawBufferPointer) {
        let (days, time) = millisecondsSince1970.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, day) = Timestamp.civil(daysSince1970: days)
        put(year, endingAt: 4, in: room)
        put(month, endingAt: 7, in: room)
        put(day, endingAt: 10, in: room)
        put(time / 3_600_000, endingAt: 13, in: room)
        put(time / 60_000 % 60, endingAt: 16, in: room)
        put(time / 1000 % 60, endingAt: 19, in: room)
        put(time % 1000, endingAt: 23, in: room)
    }

    /// Writes the digits over noughts.
    private func put(_ value: Int64, endingAt end: Int, in room: UnsafeMutableRawBufferPointer) {
        var place = end
        var rest = value
        while rest > 0 {
            place -= 1
            room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
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
}
