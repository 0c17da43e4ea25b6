import CCurl
import CSystem
import KCaseSystem

/// Has libcurl begin a TLS connection to nobody, in order to learn whether it can load the certificates and
/// the key. So the TLS library that will use them judges, whichever it is. Nothing leaves the machine.
enum TLSTrial {
    enum Failure {
        case authorities
        case certificate
        case key
        case mismatch
    }

    /// The other end of the connection: it ends it without a word.
    private final class Nobody {
        private var listener: Int32 = -1
        private var accepted: Int32 = -1

        /// Has the address of a socket to come lead here.
        func socket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
            guard listener < 0, address.pointee.family == AF_INET else { return CURL_SOCKET_BAD }
            listener = kc_listen_on_loopback(&address.pointee.addr)
            guard listener >= 0 else { return CURL_SOCKET_BAD }
            return kc_above_standard(
                kc_socket(AF_INET, address.pointee.socktype, address.pointee.protocol))
        }

        func answer() {
            if listener >= 0, accepted < 0 { accepted = kc_accept_and_end(listener) }
        }

        deinit {
            if listener >= 0 { _ = kc_close(listener) }
            if accepted >= 0 { _ = kc_close(accepted) }
        }
    }

    /// Every round moves libcurl by a step, or waits for this machine's own network; there are a handful.
    private static let roundsMax = 64
    private static let roundMilliseconds: Int32 = 20

    /// nil if all could be loaded, or if there is no telling.
    static func run(_ settings: TransportSettings) -> Failure? {
        let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer { errorText.deallocate() }
        let nobody = Nobody()
        let code = withExtendedLifetime(nobody) {
            SIGPIPE.held(if: true) { ForkGate.inside { begin(settings, nobody, errorText) } }
        }
        switch code {
        case CURLE_SSL_CACERT_BADFILE: return .authorities
        case CURLE_SSL_CERTPROBLEM: return certificateFailure(String(cString: errorText))
        default: return nil
        }
    }

    private static func begin(
        _ settings: TransportSettings, _ nobody: Nobody, _ errorText: UnsafeMutablePointer<CChar>
    ) -> CURLcode? {
        guard let easy = EasyHandle() else { return nil }
        defer { easy.cleanUp() }
        guard easy.configure(settings, .single), easy.set(CURLOPT_PROXY, text: emptyCText),
            easy.set(CURLOPT_URL, text: cText("https://127.0.0.1/")),
            easy.set(CURLOPT_ERRORBUFFER, pointer: errorText), connect(easy, to: nobody),
            settings.authoritiesFile != nil || withoutAuthorities(easy)
        else { return nil }
        // Short-lived, so that nobody asks which pair of sockets is its own.
        guard let multi = StandardDescriptors.held({ curl_multi_init() }) else { return nil }
        defer { curl_multi_cleanup(multi) }
        guard curl_multi_add_handle(multi, easy.raw) == CURLM_OK else { return nil }
        defer { curl_multi_remove_handle(multi, easy.raw) }
        return end(of: multi, with: nobody)
    }

    private static func end(of multi: UnsafeMutableRawPointer, with nobody: Nobody) -> CURLcode? {
        for _ in 0..<roundsMax {
            var running: Int32 = 0
            guard curl_multi_perform(multi, &running) == CURLM_OK else { return nil }
            var left: Int32 = 0
            if let message = curl_multi_info_read(multi, &left) { return kc_message_code(message) }
            nobody.answer()
            _ = curl_multi_wait(multi, nil, 0, roundMilliseconds, nil)
        }
        return nil
    }

    /// The system's are not looked at: there are many, and nobody named them.
    private static func withoutAuthorities(_ easy: EasyHandle) -> Bool {
        easy.set(CURLOPT_SSL_VERIFYPEER, 0) && easy.set(CURLOPT_CAINFO, text: nil)
    }

    private static func connect(_ easy: EasyHandle, to nobody: Nobody) -> Bool {
        let context = Unmanaged.passUnretained(nobody).toOpaque()
        return easy.set(CURLOPT_OPENSOCKETDATA, pointer: context)
            && kc_easy_set_socket_function(easy.raw) { context, _, address in
                guard let context, let address else { return CURL_SOCKET_BAD }
                return Unmanaged<Nobody>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.socket(address) }
            } == CURLE_OK
    }

    /// libcurl has one code for all of these, and says which in its text.
    private static func certificateFailure(_ text: String) -> Failure {
        if TextSearch.has(text, "does not match") { return .mismatch }
        return TextSearch.has(text, "private key") ? .key : .certificate
    }
}
