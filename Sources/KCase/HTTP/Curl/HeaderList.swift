import CCurl
import CSystem
import KCaseSystem

/// The header lines of a request, in libcurl's form. Made once for a token and shared by every request of a
/// session that carries it; libcurl only reads it. The lines are wiped when the last owner lets go.
final class HeaderList {
    let lines: UnsafeMutablePointer<curl_slist>

    /// nil where memory is lacking.
    static func make(token: Secret?) -> HeaderList? { token.map(withToken) ?? withBody() }

    /// For requests that show a token and have no body.
    private static func withToken(_ token: Secret) -> HeaderList? {
        let prefix: StaticString = "Authorization: Bearer "
        let line = UnsafeMutableBufferPointer<CChar>.allocate(
            capacity: prefix.utf8CodeUnitCount + token.count + 1)
        defer {
            kc_wipe(line.baseAddress, line.count)
            line.deallocate()
        }
        line.initialize(repeating: 0)
        token.withBytes { bytes in
            for (slot, byte) in zip(line.indices, Array(prefix.bytes)) {
                line[slot] = CChar(bitPattern: byte)
            }
            for (slot, byte) in zip(line.indices.dropFirst(prefix.utf8CodeUnitCount), bytes) {
                line[slot] = CChar(bitPattern: byte)
            }
        }
        // An empty POST has no content, so it has no content type; libcurl would name one.
        return make(line.baseAddress, cText("Accept: application/json"), cText("Content-Type:"))
    }

    /// For the request that mints a token.
    private static func withBody() -> HeaderList? {
        make(cText("Accept: application/json"), cText("Content-Type: application/json"))
    }

    private static func make(_ texts: UnsafePointer<CChar>?...) -> HeaderList? {
        var list: UnsafeMutablePointer<curl_slist>?
        for text in texts {
            guard let longer = curl_slist_append(list, text) else {
                free(list)
                return nil
            }
            list = longer
        }
        return list.map(HeaderList.init)
    }

    private init(_ lines: UnsafeMutablePointer<curl_slist>) { self.lines = lines }

    deinit { HeaderList.free(lines) }

    private static func free(_ list: UnsafeMutablePointer<curl_slist>?) {
        var line = list
        while let current = line {
            if let data = current.pointee.data { kc_wipe(data, strlen(data)) }
            line = current.pointee.next
        }
        curl_slist_free_all(list)
    }
}
