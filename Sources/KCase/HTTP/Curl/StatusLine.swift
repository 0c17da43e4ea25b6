import CSystem
import KCaseSystem

/// The first line of an answer (RFC 9112, 4; over HTTP/2 libcurl writes one).
enum StatusLine {
    /// False of a line that begins like one and is none: older and newer versions of libcurl read a status of
    /// more than three digits as the first three.
    static func mayBe(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.starts(with: StaticString("HTTP/").bytes) else { return true }
        guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { return false }
        let status = line[(blank + 1)...].prefix(while: ASCII.isDigit)
        guard status.count == 3 else { return false }
        return line[status.endIndex...].first.map { ASCII.isBlank($0) } ?? true
    }

    /// Whether it is that of an answer before the answer.
    static func isInterim(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let start = line.baseAddress, let found = memchr(start, 0x20, line.count) else { return false }
        let blank = UnsafeRawPointer(found) - start
        guard blank + 3 < line.count else { return false }
        let isSwitch = line[blank + 2] == UInt8(ascii: "0") && line[blank + 3] == UInt8(ascii: "1")
        return line[blank + 1] == UInt8(ascii: "1") && !isSwitch
    }
}
