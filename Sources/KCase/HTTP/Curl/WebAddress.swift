import CCurl
import CSystem
import KCaseSystem

/// Reads addresses with libcurl's own parser: the one that will read them again when a request is sent.
package enum WebAddress {
    /// The base of the service: https anywhere, http on this machine only; no user, query or fragment.
    package static func base(_ text: String) throws(InvalidInput) -> [UInt8] {
        guard let address = ParsedAddress(text, flags: UInt32(CURLU_NON_SUPPORT_SCHEME)) else {
            throw InvalidInput("base_url: is not an absolute URL such as https://host")
        }
        if address.has(CURLUPART_USER) || address.has(CURLUPART_PASSWORD) {
            throw InvalidInput("base_url: must not hold a user name or password")
        }
        // An empty query or fragment is one, too, though not every libcurl says so.
        if text.utf8.contains(UInt8(ascii: "?")) || text.utf8.contains(UInt8(ascii: "#")) {
            throw InvalidInput("base_url: must not hold a query or a fragment")
        }
        let scheme = address.part(CURLUPART_SCHEME) ?? ""
        let host = address.part(CURLUPART_HOST) ?? ""
        if scheme.utf8.elementsEqual("http".utf8) {
            guard isLoopback(host) else {
                throw InvalidInput(
                    "base_url: must begin with https://; http:// is for loopback addresses only")
            }
        } else if !scheme.utf8.elementsEqual("https".utf8) {
            throw InvalidInput("base_url: must begin with https:// (or http:// on a loopback address)")
        }
        guard let text = address.part(CURLUPART_URL) else {
            throw InvalidInput("base_url: is not an absolute URL such as https://host")
        }
        var url = Array(text.utf8)
        while url.last == UInt8(ascii: "/") { url.removeLast() }
        return url
    }

    /// Whether libcurl takes a text for a host.
    static func isHost(_ text: String) -> Bool {
        ParsedAddress("http://" + text + "/", flags: 0) != nil
    }

    /// 127.0.0.0/8, ::1, or the name that stands for them. What only looks like an address is a name, and
    /// could be anywhere.
    private static func isLoopback(_ host: String) -> Bool {
        let isNamed = ["localhost", "[::1]"].contains { host.utf8.elementsEqual($0.utf8) }
        return isNamed
            || (host.utf8.starts(with: "127.".utf8) && host.withCString { kc_inet_pton_is_ipv4($0) != 0 })
    }
}

/// libcurl's parsed form of an address.
private struct ParsedAddress: ~Copyable {
    private let handle: OpaquePointer

    init?(_ text: String, flags: UInt32) {
        guard let handle = curl_url() else { return nil }
        guard text.withCString({ curl_url_set(handle, CURLUPART_URL, $0, flags) }) == CURLUE_OK else {
            curl_url_cleanup(handle)
            return nil
        }
        self.handle = handle
    }

    deinit { curl_url_cleanup(handle) }

    func has(_ part: CURLUPart) -> Bool { read(part, flags: 0) { _ in true } ?? false }

    func part(_ part: CURLUPart) -> String? {
        read(part, flags: 0) { String(decoding: $0, as: UTF8.self) }
    }

    private func read<Output>(
        _ part: CURLUPart, flags: UInt32, _ body: (UnsafeBufferPointer<UInt8>) -> Output
    ) -> Output? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(handle, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        let bytes = UnsafeRawBufferPointer(start: text, count: boundedLength(text, bytesMax: 65_536))
        return body(bytes.bindMemory(to: UInt8.self))
    }
}
