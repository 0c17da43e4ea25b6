/// Bytes in, requests out. It reads no socket, so every rule of it is tested on plain bytes.
struct RequestParser {
    private var buffer: [UInt8] = []
    /// Where the search for the end of the head goes on.
    private var searched = 0
    private var head: Head?

    private struct Head {
        var request: Request
        var bodyLength: Int
    }

    mutating func append(_ bytes: [UInt8]) {
        buffer += bytes
    }

    /// The next whole request; `nil` while more bytes are needed.
    mutating func next() throws(RequestError) -> Request? {
        if head == nil { head = try takeHead() }
        guard let found = head, buffer.count >= found.bodyLength else { return nil }
        var request = found.request
        request.body = Array(buffer.prefix(found.bodyLength))
        buffer.removeFirst(found.bodyLength)
        head = nil
        return request
    }

    private mutating func takeHead() throws(RequestError) -> Head? {
        // An empty line before a request line is allowed, and skipped.
        while buffer.starts(with: [0x0D, 0x0A]) { buffer.removeFirst(2) }
        guard let end = endOfHead() else {
            if buffer.count > RequestLimits.headBytesMax { throw .headTooLarge }
            return nil
        }
        if end > RequestLimits.headBytesMax { throw .headTooLarge }
        let text = buffer[..<end]
        let head = try Self.parse(text)
        buffer.removeFirst(end + 4)
        searched = 0
        return head
    }

    /// The index of the empty line that ends a head.
    private mutating func endOfHead() -> Int? {
        var index = searched
        while index + 3 < buffer.count {
            if buffer[index] == 0x0D, buffer[index + 1] == 0x0A, buffer[index + 2] == 0x0D,
                buffer[index + 3] == 0x0A
            {
                return index
            }
            index += 1
        }
        searched = index
        return nil
    }

    private static func parse(_ text: ArraySlice<UInt8>) throws(RequestError) -> Head {
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { $0.last == 0x0D ? $0.dropLast() : $0 }[...]
        guard let first = lines.popFirst() else { throw .malformed }
        let start = first.split(separator: 0x20, omittingEmptySubsequences: false)
        guard start.count == 3, !start[0].isEmpty, !start[1].isEmpty else { throw .malformed }
        let version = String(decoding: start[2], as: UTF8.self)
        guard version.hasPrefix("HTTP/") else { throw .malformed }
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw .wrongVersion }

        var request = Request(
            method: String(decoding: start[0], as: UTF8.self),
            target: String(decoding: start[1], as: UTF8.self), headers: [], body: [],
            keepsAlive: false)
        guard lines.count <= RequestLimits.headersMax else { throw .headTooLarge }
        for line in lines { request.headers.append(try header(line)) }
        request.keepsAlive = keepsAlive(request, version)
        return Head(request: request, bodyLength: try bodyLength(of: request))
    }

    private static func header(
        _ line: ArraySlice<UInt8>
    ) throws(RequestError) -> (name: String, value: String) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .malformed }
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var value = line[(colon + 1)...].drop(while: isSpace)
        while let last = value.last, isSpace(last) { value = value.dropLast() }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        return (name, String(decoding: value, as: UTF8.self))
    }

    private static func keepsAlive(_ request: Request, _ version: String) -> Bool {
        let wish = request.value(of: "connection")?.lowercased() ?? ""
        return version == "HTTP/1.1" ? !wish.contains("close") : wish.contains("keep-alive")
    }

    private static func bodyLength(of request: Request) throws(RequestError) -> Int {
        if request.value(of: "transfer-encoding") != nil { throw .lengthRequired }
        let lengths = request.headers.filter { $0.name == "content-length" }.map(\.value)
        guard let first = lengths.first else { return 0 }
        guard lengths.allSatisfy({ $0 == first }), let length = Int(first),
            first.utf8.allSatisfy({ (48...57).contains($0) })
        else { throw .malformed }
        if length > RequestLimits.bodyBytesMax { throw .bodyTooLarge }
        return length
    }
}
