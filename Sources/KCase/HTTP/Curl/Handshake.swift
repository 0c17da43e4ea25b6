import CCurl

/// What is seen of a TLS handshake while it goes on: whether the server asks for a client certificate, and
/// who has the last word. libcurl shows the messages to a function of ours, and prints nothing.
final class Handshake {
    private(set) var asksForCertificate = false
    /// So it is with TLS 1.3: what the server thinks of the certificate comes after the handshake, as seen
    /// from here.
    private(set) var endsWithOurs = false

    private static let certificateRequest: UInt8 = 13
    private static let finished: UInt8 = 20

    /// Before a connection is made.
    func begin() {
        asksForCertificate = false
        endsWithOurs = false
    }

    /// A piece of TLS. What is a handshake message tells its own length.
    private func note(_ message: UnsafeBufferPointer<UInt8>, isOurs: Bool) {
        guard message.count >= 4, message.count - 4 == length(message) else { return }
        if message[0] == Handshake.certificateRequest, !isOurs { asksForCertificate = true }
        if message[0] == Handshake.finished { endsWithOurs = isOurs }
    }

    private func length(_ message: UnsafeBufferPointer<UInt8>) -> Int {
        Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
    }

    /// Has libcurl show the handshakes of a handle whenever it is told to be talkative. The object must
    /// outlive the handle's use.
    func listen(to easy: EasyHandle) -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return easy.set(CURLOPT_DEBUGDATA, pointer: context)
            && kc_easy_set_debug_function(easy.raw) { _, what, data, count, context in
                guard what == CURLINFO_SSL_DATA_IN || what == CURLINFO_SSL_DATA_OUT, let data, let context
                else { return 0 }
                let bytes = UnsafeRawBufferPointer(start: data, count: count).bindMemory(to: UInt8.self)
                Unmanaged<Handshake>.fromOpaque(context)._withUnsafeGuaranteedRef {
                    $0.note(bytes, isOurs: what == CURLINFO_SSL_DATA_OUT)
                }
                return 0
            } == CURLE_OK
    }
}
