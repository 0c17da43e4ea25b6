import CCurl
import CSystem
import KCaseSystem

/// The header lines of a request, in libcurl's form. Made once for a token and shared by every request of a
/// session that carries it; libcurl only reads it. The lines are wiped when the last owner lets go.
final class HeaderList {
    let lines: UnsafeMutablePointer<curl_slist>

    /// The user agent is among them where no proxy is to be told it, too: as an option of libcurl's, it is
    /// written anew for each request. nil where memory is lacking.
    static func make(_ request: HTTPRequest, _ settings: TransportSettings) -> HeaderList? {
        var list = Lines()
        if !settings.proxy.isPossible {
            ("User-Agent: " + settings.userAgent).withCString { list.append($0) }
        }
        if let token = request.token { list.appendAuthorization(token) }
        list.append("Accept: application/json")
        switch request.method {
        case .get: list.append("Cache-Control: no-cache")
        // An empty POST has no content, so it has no content type; libcurl would name one.
        case .post(nil): list.append("Content-Type:")
        case .post: list.append("Content-Type: application/json")
        }
        // No compressed answer is asked for, though one that comes is decoded.
        if request.isDecoded { list.append("Accept-Encoding:") }
        request.trace?.forEachLine { list.append($0) }
        return list.take().map(HeaderList.init)
    }

    /// A list under way. Once memory was lacking, it stays empty.
    private struct Lines {
        private var first: UnsafeMutablePointer<curl_slist>?
        private var isWhole = true

        mutating func append(_ line: StaticString) { append(cText(line)) }

        mutating func appendAuthorization(_ token: Secret) {
            let prefix: StaticString = "Authorization: Bearer "
            let line = UnsafeMutableBufferPointer<CChar>.allocate(
                capacity: prefix.utf8CodeUnitCount + token.count + 1)
            defer {
                kc_wipe(line.baseAddress, line.count)
                line.deallocate()
            }
            line.initialize(repeating: 0)
            token.withBytes { bytes in
                for (slot, byte) in zip(line.indices, prefix.bytes) {
                    line[slot] = CChar(bitPattern: byte)
                }
                for (slot, byte) in zip(line.indices.dropFirst(prefix.utf8CodeUnitCount), bytes) {
                    line[slot] = CChar(bitPattern: byte)
                }
            }
            if let start = line.baseAddress { append(start) }
        }

        mutating func append(_ line: UnsafePointer<CChar>) {
            guard isWhole else { return }
            guard let longer = curl_slist_append(first, line) else {
                HeaderList.free(first)
                first = nil
                isWhole = false
                return
            }
            first = longer
        }

        func take() -> UnsafeMutablePointer<curl_slist>? { first }
    }

    private init(_ lines: UnsafeMutablePointer<curl_slist>) { self.lines = lines }

    deinit { HeaderList.free(lines) }

    fileprivate static func free(_ list: UnsafeMutablePointer<curl_slist>?) {
        var line = list
        while let current = line {
            if let data = current.pointee.data { kc_wipe(data, strlen(data)) }
            line = current.pointee.next
        }
        curl_slist_free_all(list)
    }
}
