import CCurl
import KCaseSystem

/// How long a server asks to wait: a number of seconds, or a date (RFC 9110, 10.2.3). At most a year.
enum RetryAfter {
    /// `date` is the answer's Date header: a date is best read by the clock of the one who wrote it. nil if
    /// the value is neither form.
    static func parse(_ value: String, date: String?, wall: WallTime) -> Milliseconds? {
        if let seconds = seconds(value) { return min(Milliseconds(seconds) * 1000, .year) }
        guard let then = secondsSince1970(value) else { return nil }
        let now = date.flatMap(secondsSince1970).map { $0 * 1000 } ?? wall.millisecondsSince1970
        return min(max(Milliseconds(then * 1000 - now), 0), .year)
    }

    private static func seconds(_ value: String) -> Int64? {
        let digits = value.utf8
        guard (1...18).contains(digits.count) else {
            // A number too long to read asks for very long.
            return digits.count > 18 && digits.allSatisfy(ASCII.isDigit) ? Milliseconds.year.count : nil
        }
        guard digits.allSatisfy(ASCII.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// An HTTP date. (curl_getdate needs no locale and takes no lock.)
    private static func secondsSince1970(_ text: String) -> Int64? {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        let seconds = text.withCString { curl_getdate($0, nil) }
        return seconds >= 0 ? min(Int64(seconds), Int64.max / 4000) : nil
    }
}
