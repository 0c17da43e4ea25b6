import CCurl
import KCaseSystem

/// The libcurl that is loaded.
package struct TransportInfo {
    private let info = kc_version_info()

    package init() {}

    package var curl: String? { text(info?.pointee.version) }
    package var tls: String? { text(info?.pointee.ssl_version) }
    var authoritiesFile: String? { text(info?.pointee.cainfo) }
    package var authoritiesPath: String? { text(info?.pointee.capath) }

    /// Whether libcurl may join the first header line of an answer to the last of the answer before, which
    /// was freed: corrected in 8.1.2.
    var joinsLinesOfAnswers: Bool { (info?.pointee.version_num ?? 0) < 0x08_01_02 }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    /// Makes libcurl ready, once in a process. libcurl counts the calls and is never told to stop: the host,
    /// or another library in it, may be using it too.
    package static func prepare() -> Bool {
        kc_version_info() != nil && ForkGate.inside { curl_global_init(Int(CURL_GLOBAL_DEFAULT)) } == CURLE_OK
    }
}
