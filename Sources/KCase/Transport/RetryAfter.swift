import CCurl

/// How long a server asks to be left alone: a number of seconds, or a date (RFC 9110, 10.2.3).
enum RetryAfter {
    /// A year: far beyond any deadline, near enough to calculate with.
    private static let most: Milliseconds = 31_536_000_000

    /// `date` is the answer's Date header: a date is best read by the clock of the one who wrote it. nil if
    /// the value is neither form.
    static func parse(_ value: String, date: String?, wall: Milliseconds) -> Milliseconds? {
        if let seconds = seconds(value) { return min(seconds * 1000, most) }
        guard let then = moment(value) else { return nil }
        let now = date.flatMap(moment) ?? wall
        return min(max(then - now, 0), most)
    }

    private static func seconds(_ value: String) -> Int64? {
        let digits = value.utf8
        guard (1...18).contains(digits.count) else {
            // A number too long to read asks for very long.
            return digits.count > 18 && digits.allSatisfy(isDigit) ? most : nil
        }
        guard digits.allSatisfy(isDigit) else { return nil }
        return min(digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }, most)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// An HTTP date, in milliseconds since 1970. (curl_getdate needs no locale and takes no lock.)
    private static func moment(_ text: String) -> Milliseconds? {
        guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        let seconds = text.withCString { curl_getdate($0, nil) }
        return seconds >= 0 ? min(Int64(seconds), Int64.max / 2000) * 1000 : nil
    }
}
