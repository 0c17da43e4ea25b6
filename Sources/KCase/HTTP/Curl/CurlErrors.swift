import CCurl
import KCaseSystem

/// What libcurl's codes mean here.
extension TransportError {
    /// `isRepeated`: the exchange before failed with the same code.
    init(_ code: CURLcode, _ exchange: Exchange, _ settings: TransportSettings, isRepeated: Bool) {
        let detail = exchange.isMalformed || exchange.wasEndless ? "" : exchange.errorMessage
        if let alert = CertificateAlert.error(code, exchange, settings) {
            exchange.takeBackRequest()
            let detail = exchange.wasRefusedByHandshake ? "" : detail
            self.init(
                .tls, wasSent: false, isFinal: alert.isFinal, text: TransportError.join(alert.text, detail))
        } else if TransportError.isOfMemory(code, detail), !TransportError.isLongLine(exchange) {
            self = .lacking(.memory, wasSent: exchange.wasSent)
        } else if exchange.wasSent {
            let text = TransportError.answerLost(code, exchange)
            self.init(.answerLost, wasSent: true, text: TransportError.join(text, detail))
        } else {
            let (kind, text, mayBeFinal) = TransportError.notSent(code, exchange, settings)
            let isFinal = mayBeFinal && (isRepeated || kind != .tls)
            self.init(kind, wasSent: false, isFinal: isFinal, text: TransportError.join(text, detail))
        }
    }

    /// libcurl has a code for it, and OpenSSL's words where that lacked some.
    private static func isOfMemory(_ code: CURLcode, _ detail: String) -> Bool {
        code == CURLE_OUT_OF_MEMORY || TextSearch.has(detail, "malloc failure")
    }

    /// libcurl calls it a lack of memory, too, where a line of an answer is longer than it takes. Where there
    /// is room for such a line, it was that.
    private static func isLongLine(_ exchange: Exchange) -> Bool {
        exchange.wasSent && Shortage.hasMemory(1 << 20)
    }

    private static func answerLost(_ code: CURLcode, _ exchange: Exchange) -> String {
        if exchange.isTooLarge { return "the answer is larger than max_response_bytes allows" }
        if exchange.isMalformed { return "the answer is not HTTP" }
        if exchange.wasEndless { return "what the server sent had no end" }
        if exchange.wasReplayPrevented { return "the connection ended before an answer came" }
        return switch code {
        case CURLE_PARTIAL_FILE: "the answer ended too early"
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            "the answer is not HTTP"
        default: "the answer was lost"
        }
    }

    private static func notSent(
        _ code: CURLcode, _ exchange: Exchange, _ settings: TransportSettings
    ) -> (kind: Kind, text: String, isFinal: Bool) {
        let throughProxy = settings.proxy.isPossible
        if exchange.easy.isRefusedByProxy {
            return (.proxy, "the proxy does not accept the user name and password, or wants some", true)
        }
        switch code {
        case CURLE_COULDNT_CONNECT where settings.proxy.isMeant(by: exchange.errorMessage):
            return (.proxy, "no connection to the proxy could be made", false)
        case CURLE_COULDNT_RESOLVE_HOST:
            return (.nameLookup, "the server's name was not found", false)
        case CURLE_COULDNT_RESOLVE_PROXY:
            return (.proxy, "the proxy's name was not found", false)
        case CURLE_PROXY:
            return (.proxy, "the proxy did not make the connection", false)
        case CURLE_PEER_FAILED_VERIFICATION where !AuthoritiesFile.isKnown(settings):
            return (.tls, AuthoritiesFile.advice, true)
        case CURLE_PEER_FAILED_VERIFICATION:
            return (.tls, "the server's certificate is not accepted", true)
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CRL_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED:
            return (.tls, "TLS could not be set up on this machine", true)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_CLIENTCERT:
            return (.tls, "no secure connection could be made", false)
        case CURLE_RECV_ERROR where throughProxy, CURLE_SEND_ERROR where throughProxy,
            CURLE_WRITE_ERROR where throughProxy, CURLE_ABORTED_BY_CALLBACK where throughProxy:
            return (.proxy, "the proxy did not make the connection", false)
        default:
            return (.connect, "no connection could be made", false)
        }
    }

    private static func join(_ text: String, _ detail: String) -> String {
        detail.utf8.isEmpty ? text : text + " (" + detail + ")"
    }
}

extension EasyHandle {
    /// Whether a proxy wants other credentials: 407 from one for HTTP, or the like of a SOCKS proxy. To show
    /// them again locks accounts.
    fileprivate var isRefusedByProxy: Bool {
        var code = 0
        if kc_easy_get_long(raw, CURLINFO_HTTP_CONNECTCODE, &code) == CURLE_OK, code == 407 { return true }
        guard kc_easy_get_long(raw, CURLINFO_PROXY_ERROR, &code) == CURLE_OK else { return false }
        let refusals = [CURLPX_USER_REJECTED, CURLPX_NO_AUTH, CURLPX_IDENTD_DIFFER]
        return refusals.contains { Int($0.rawValue) == code }
    }
}

extension Proxy {
    /// Whether libcurl's text about a connection that was not made is about the proxy.
    fileprivate func isMeant(by text: String) -> Bool {
        guard case .address(let address) = self else { return false }
        return address.exceptions.utf8.isEmpty || TextSearch.has(text, address.host)
    }
}
