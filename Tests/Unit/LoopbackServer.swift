import Foundation
import Glibc

/// A small HTTP server on this machine: a thread accepts, and one for each connection answers request after
/// request by a function from path to answer.
final class LoopbackServer: @unchecked Sendable {
    struct Response {
        var status = 200
        var body = ""
    }

    let port: UInt16
    private let listener: Int32
    private let answer: @Sendable (_ requestLine: String) -> Response

    init(_ answer: @escaping @Sendable (_ requestLine: String) -> Response) throws {
        self.answer = answer
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isReady else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in accept() }
    }

    /// Ends the accepting thread; connections end when their clients go.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    deinit { close(listener) }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { return }
            var on: Int32 = 1
            setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
            Thread.detachNewThread { [self] in
                serve(connection)
                close(connection)
            }
        }
    }

    /// Requests have no body or a small one; each is read up to the end of its head and its Content-Length.
    private func serve(_ connection: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var received: [UInt8] = []
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            received += buffer[0..<count]
            while let (line, length) = completeRequest(received) {
                received.removeFirst(length)
                guard send(answer(line), to: connection) else { return }
            }
        }
    }

    private func completeRequest(_ bytes: [UInt8]) -> (line: String, length: Int)? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let head = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<head.lowerBound].components(separatedBy: "\r\n")
        let declared =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        let length = text[..<head.upperBound].utf8.count + declared
        return bytes.count >= length ? (lines[0], length) : nil
    }

    private func send(_ response: Response, to connection: Int32) -> Bool {
        let text =
            "HTTP/1.1 \(response.status) X\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(response.body.utf8.count)\r\n\r\n" + response.body
        let bytes = Array(text.utf8)
        return Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }
}
