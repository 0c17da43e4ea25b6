import CCurl
import KCaseSystem

/// A server that wants a client certificate and gets none, or one that it does not know, ends the handshake
/// with an alert. Under TLS 1.3 the client has sent its request by then: what it has sent since its own part
/// of the handshake is not read by a server whose handshake failed, so nothing was done.
enum CertificateAlert {
    /// The error, if libcurl's text tells of such an alert; nil for any other failure, and where the request
    /// may have been read before the alert was sent.
    static func error(
        _ code: CURLcode, _ exchange: Exchange, _ settings: TransportSettings
    ) -> (text: String, isFinal: Bool)? {
        let isHandshake = code == CURLE_SSL_CONNECT_ERROR && !exchange.wasSent
        if exchange.wasRefusedByHandshake {
            return (settings.certificateFile != nil ? refused : wanted, true)
        }
        // With TLS 1.2 a server may ask for the certificate when it has read the request; it then has more to
        // say before the alert.
        let isAfterRequest = code == CURLE_RECV_ERROR && exchange.wasSent && exchange.heardOneThing
        guard isHandshake || isAfterRequest else { return nil }
        let text = exchange.errorMessage
        let hasCertificate = settings.certificateFile != nil
        if alerts.contains(where: { TextSearch.has(text, $0) }) {
            return (hasCertificate ? refused : wanted, true)
        }
        // The alert for everything, also for a certificate that is missing.
        guard isHandshake, TextSearch.has(text, "alert handshake failure") else { return nil }
        guard exchange.handshake.asksForCertificate else { return nil }
        return (hasCertificate ? refused : wanted, true)
    }

    private static var wanted: String {
        "the server wants a client certificate, and client_cert is not given"
    }

    private static var refused: String { "the server does not accept the client certificate (client_cert)" }

    /// In OpenSSL's words, which have the alerts of RFC 8446, 6.2.
    private static var alerts: [StaticString] {
        [
            "alert certificate required", "alert unknown ca", "alert bad certificate",
            "alert certificate unknown", "alert certificate expired", "alert certificate revoked",
            "alert unsupported certificate", "alert access denied",
        ]
    }
}

/// Looks for words in libcurl's texts.
enum TextSearch {
    static func has(_ text: String, _ words: StaticString) -> Bool { has(text, words.text) }

    static func has(_ text: String, _ words: String) -> Bool {
        let words = words.utf8.map(ASCII.lowercase)
        return words.withUnsafeBufferPointer { ByteSearch.has($0, in: text.utf8.map(ASCII.lowercase)) }
    }
}
