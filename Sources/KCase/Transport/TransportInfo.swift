import CCurl

/// The libcurl that is loaded.
struct TransportInfo {
    private let info = kc_version_info()

    var curl: String? { text(info?.pointee.version) }
    var tls: String? { text(info?.pointee.ssl_version) }
    var authoritiesFile: String? { text(info?.pointee.cainfo) }
    var authoritiesPath: String? { text(info?.pointee.capath) }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    /// Makes libcurl ready, once in a process. libcurl counts the calls and is never told to stop: the host,
    /// or another library in it, may be using it too.
    static func prepare() -> Bool {
        ForkGate.inside { curl_global_init(Int(CURL_GLOBAL_DEFAULT)) } == CURLE_OK
    }
}
