import CCurl
import CSystem
import KCaseSystem

/// Reads addresses with libcurl's own parser: the one that will read them again when a request is sent.
package enum WebAddress {
    /// The base of the service: https anywhere, http on this machine only; no user, query or fragment.
    package static func base(_ text: String) throws(InvalidInput) -> [UInt8] {
        guard let address = try ParsedAddress.parse(text, flags: UInt32(CURLU_NON_SUPPORT_SCHEME)) else {
            throw InvalidInput("base_url: is not an absolute URL such as https://host")
        }
        let hasUser = try address.has(CURLUPART_USER)
        let hasPassword = try address.has(CURLUPART_PASSWORD)
        if hasUser || hasPassword {
            throw InvalidInput("base_url: must not hold a user name or password")
        }
        // An empty query or fragment is one, too, though not every libcurl says so.
        if text.utf8.contains(UInt8(ascii: "?")) || text.utf8.contains(UInt8(ascii: "#")) {
            throw InvalidInput("base_url: must not hold a query or a fragment")
        }
        let scheme = try address.part(CURLUPART_SCHEME) ?? ""
        let host = try address.part(CURLUPART_HOST) ?? ""
        if scheme.utf8.elementsEqual("http".utf8) {
            guard isLoopback(host) else {
                throw InvalidInput(
                    "base_url: must begin with https://; http:// is for loopback addresses only")
            }
        } else if !scheme.utf8.elementsEqual("https".utf8) {
            throw InvalidInput("base_url: must begin with https:// (or http:// on a loopback address)")
        }
        guard let text = try address.part(CURLUPART_URL) else {
            throw InvalidInput("base_url: is not an absolute URL such as https://host")
        }
        var url = Array(text.utf8)
        while url.last == UInt8(ascii: "/") { url.removeLast() }
        return url
    }

    /// Whether libcurl takes a text for a host.
    static func isHost(_ text: String) throws(InvalidInput) -> Bool {
        if let _ = try ParsedAddress.parse("http://" + text + "/", flags: 0) { true } else { false }
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

    /// nil if it is none.
    static func parse(_ text: String, flags: UInt32) throws(InvalidInput) -> ParsedAddress? {
        guard let handle = curl_url() else { throw InvalidInput(.memory) }
        let address = ParsedAddress(handle: handle)
        let code = text.withCString { curl_url_set(handle, CURLUPART_URL, $0, flags) }
        if code == CURLUE_OUT_OF_MEMORY { throw InvalidInput(.memory) }
        guard code == CURLUE_OK else { return nil }
        return address
    }

    private init(handle: OpaquePointer) { self.handle = handle }

    deinit { curl_url_cleanup(handle) }

    func has(_ part: CURLUPart) throws(InvalidInput) -> Bool { try self.part(part) != nil }

    /// nil if the address has none.
    func part(_ part: CURLUPart) throws(InvalidInput) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let code = curl_url_get(handle, part, &text, 0)
        if code == CURLUE_OUT_OF_MEMORY { throw InvalidInput(.memory) }
        guard code == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        let bytes = UnsafeRawBufferPointer(start: text, count: boundedLength(text, bytesMax: 8192))
        return String(decoding: bytes, as: UTF8.self)
    }
}
