/// Reads a moment in the forms of RFC 3339 that the service writes: 2024-04-05T19:21:27.000+00:00, or with a
/// Z at the end; the fraction may be missing. Of a date alone it is the day's beginning in UTC.
package enum StampText {
    package static func parse(_ text: UnsafeBufferPointer<UInt8>) -> WallTime? {
        var reader = Reader(text)
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
            let day = reader.digits(2), let days = daysSince1970(year, month, day)
        else { return nil }
        let midnight = days * 86_400_000
        if reader.isAtEnd { return WallTime(millisecondsSince1970: midnight) }
        guard reader.take("T"), let hour = reader.digits(2), hour < 24, reader.take(":"),
            let minute = reader.digits(2), minute < 60, reader.take(":"),
            let second = reader.digits(2), second <= 60,
            let fraction = reader.milliseconds(), let offset = reader.offsetMinutes(), reader.isAtEnd
        else { return nil }
        let time = ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction
        return WallTime(millisecondsSince1970: midnight + time)
    }

    /// nil if there is no such day.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[Int(month) - 1]).contains(day) else { return nil }
        let years = year - 1
        let leapDays = years / 4 - years / 100 + years / 400
        let before = lengths.prefix(Int(month) - 1).reduce(0, +)
        return years * 365 + leapDays + before + day - 1 - 719_162
    }

    private struct Reader {
        private var rest: UnsafeBufferPointer<UInt8>.SubSequence

        init(_ text: UnsafeBufferPointer<UInt8>) { rest = text[...] }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func take(_ literal: StaticString) -> Bool {
            guard let first = literal.bytes.first, rest.first == first else { return false }
            rest.removeFirst()
            return true
        }

        mutating func digits(_ count: Int) -> Int64? {
            guard rest.count >= count, rest.prefix(count).allSatisfy(ASCII.isDigit) else { return nil }
            let value = rest.prefix(count).reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
            rest.removeFirst(count)
            return value
        }

        /// 0 where there is no fraction.
        mutating func milliseconds() -> Int64? {
            guard take(".") else { return 0 }
            let digits = rest.prefix(while: ASCII.isDigit)
            guard (1...9).contains(digits.count) else { return nil }
            rest.removeFirst(digits.count)
            var value: Int64 = 0
            for place in 0..<3 {
                let index = digits.startIndex + place
                value = value * 10 + (index < digits.endIndex ? Int64(digits[index] - UInt8(ascii: "0")) : 0)
            }
            return value
        }

        mutating func offsetMinutes() -> Int64? {
            if take("Z") { return 0 }
            let isWest = rest.first == UInt8(ascii: "-")
            guard take("+") || take("-"), let hours = digits(2), hours < 24, take(":"),
                let minutes = digits(2), minutes < 60
            else { return nil }
            return (hours * 60 + minutes) * (isWest ? -1 : 1)
        }
    }
}
