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

    package static var isLoaded: Bool { kc_version_info() != nil }

    /// Makes libcurl ready, once in a process; false where memory is lacking. libcurl counts the calls and is
    /// never told to stop: the host, or another library in it, may be using it too.
    package static func prepare() -> Bool {
        // Without memory its TLS library would be half started, and stay so for the life of the process.
        guard Shortage.hasMemory(startBytes) else { return false }
        return ForkGate.inside { curl_global_init(Int(CURL_GLOBAL_DEFAULT)) } == CURLE_OK
    }

    /// More than the start of OpenSSL takes.
    private static let startBytes = 2 << 20

    /// The same of the TLS library under it. libcurl does not look whether that has started; what it lacks
    /// then, it lacks in the middle of a call.
    package static func prepareTLS() throws(InvalidInput) {
        guard missingOfTLS() != nil else { return }
        // What lacked memory may be had now.
        guard Shortage.hasMemory(startBytes), let missing = missingOfTLS() else {
            throw InvalidInput(.memory)
        }
        throw InvalidInput(
            .memory,
            "the TLS library has no " + missing + ", which connections need: it lacked memory when it was"
                + " started, and only a new process starts it anew, or it was configured without")
    }

    private static func missingOfTLS() -> String? {
        ForkGate.inside { kc_tls_start() }.map { String(cString: $0) }
    }
}
