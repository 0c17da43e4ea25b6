import CCurl

/// The address of a request in libcurl's own form: parsed once, and then only its path is replaced. To parse
/// a whole URL takes libcurl longer than anything else that it does for a small request.
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

    /// For libcurl, which copies it when the request begins.
    var raw: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

    /// The path is NUL-terminated and percent-encoded. False where memory is lacking.
    func setPath(_ path: [UInt8]) -> Bool {
        path.withUnsafeBufferPointer { path in
            path.withMemoryRebound(to: CChar.self) {
                curl_url_set(handle, CURLUPART_PATH, $0.baseAddress, 0) == CURLUE_OK
            }
        }
    }
}
