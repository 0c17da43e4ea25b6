import SandboxCore

/// Answers as bytes.
enum ResponseEncoder {
    /// The head of an answer that promises `length` bytes of body.
    static func head(_ answer: Answer, length: Int, keepsAlive: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes += "HTTP/1.1 \(answer.status) \(StatusPhrase.of(answer.status))\r\n".utf8
        for header in answer.headers { bytes += "\(header.name): \(header.value)\r\n".utf8 }
        if hasBody(answer.status) { bytes += "Content-Length: \(length)\r\n".utf8 }
        bytes += (keepsAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n").utf8
        return bytes
    }

    /// A whole answer. One piece, so that it is one write and mostly one packet.
    static func whole(_ answer: Answer, to method: String, keepsAlive: Bool) -> [UInt8] {
        var bytes = head(answer, length: answer.body.count, keepsAlive: keepsAlive)
        if hasBody(answer.status) && method != "HEAD" { bytes += answer.body }
        return bytes
    }

    /// 204 and 304 end with their head, whatever a fault rule may say.
    private static func hasBody(_ status: Int) -> Bool { status != 204 && status != 304 }
}
