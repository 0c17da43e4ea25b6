import CSystem
import KCaseSystem

/// The first line of an answer (RFC 9112, 4; over HTTP/2 libcurl writes one).
enum StatusLine {
    /// False of a line that begins like one and is none: older and newer versions of libcurl read a status of
    /// more than three digits as the first three.
    static func mayBe(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.count >= 5, let start = line.baseAddress, memcmp(start, cText("HTTP/"), 5) == 0
        else { return true }
        guard let blank = firstBlank(in: line), blank + 3 < line.count else { return false }
        let areDigits = (blank + 1...blank + 3).allSatisfy { ASCII.isDigit(line[$0]) }
        return areDigits && (blank + 4 == line.count || ASCII.isBlank(line[blank + 4]))
    }

    /// Whether it is that of an answer before the answer.
    static func isInterim(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let blank = firstBlank(in: line), blank + 3 < line.count else { return false }
        let isSwitch = line[blank + 2] == UInt8(ascii: "0") && line[blank + 3] == UInt8(ascii: "1")
        return line[blank + 1] == UInt8(ascii: "1") && !isSwitch
    }

    private static func firstBlank(in line: UnsafeRawBufferPointer) -> Int? {
        guard let start = line.baseAddress, let found = memchr(start, 0x20, line.count) else { return nil }
        return UnsafeRawPointer(found) - start
    }
}
