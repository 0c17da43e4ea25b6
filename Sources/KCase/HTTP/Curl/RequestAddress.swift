import CCurl

/// The address of the service in libcurl's own form: parsed once. To parse a URL, or to encode a path, takes
/// libcurl longer than anything else that it does for a small request, so each request gives its path as its
/// target, which libcurl sends as it is.
struct RequestAddress: ~Copyable {
    private let handle: OpaquePointer

    /// From the NUL-terminated base of the service; nil where memory is lacking.
    init?(_ baseURL: [UInt8]) {
        guard let handle = curl_url() else { return nil }
        let code = baseURL.withUnsafeBufferPointer { url in
            url.withMemoryRebound(to: CChar.self) { curl_url_set(handle, CURLUPART_URL, $0.baseAddress, 0) }
        }
        guard code == CURLUE_OK else {
            curl_url_cleanup(handle)
            return nil
        }
        self.handle = handle
    }

    deinit { curl_url_cleanup(handle) }

    /// For libcurl, which copies it when a request begins.
    var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }
}
