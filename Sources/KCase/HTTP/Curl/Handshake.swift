/// What is seen of a TLS handshake while it goes on: whether the server asks for a client certificate, and
/// who has the last word.
final class Handshake {
    private(set) var asksForCertificate = false
    /// So it is with TLS 1.3: what the server thinks of the certificate comes after the handshake, as seen
    /// from here.
    private(set) var endsWithOurs = false
    /// The TLS library's name for the connection.
    fileprivate var connection: UnsafeMutableRawPointer?

    fileprivate static let clientHello: UInt8 = 1
    private static let certificateRequest: UInt8 = 13
    private static let finished: UInt8 = 20

    /// Before a connection is made.
    func begin() {
        asksForCertificate = false
        endsWithOurs = false
        connection = nil
    }

    fileprivate func note(_ message: UInt8, isOurs: Bool) {
        if message == Handshake.certificateRequest, !isOurs { asksForCertificate = true }
        if message == Handshake.finished { endsWithOurs = isOurs }
    }
}

/// The handshakes of a session's connections that are under way. The TLS library shows the messages of each;
/// a connection may outlive whoever had it made, so they are shown to this object, which lives as long.
final class Handshakes {
    private var underWay: [Handshake] = []
    /// The one that begins next: libcurl has just made its settings.
    private var next: Handshake?

    func expect(_ handshake: Handshake) {
        handshake.begin()
        next = handshake
    }

    /// Its connection is made, or nobody asks any more.
    func forget(_ handshake: Handshake) {
        if next === handshake { next = nil }
        if !underWay.isEmpty { underWay.removeAll { $0 === handshake } }
    }

    /// A message of a handshake, whole, which its first byte tells the kind of.
    func note(_ message: UInt8, isOurs: Bool, over connection: UnsafeMutableRawPointer) {
        if message == Handshake.clientHello, isOurs, let begun = next {
            next = nil
            underWay.removeAll { $0 === begun || $0.connection == connection }
            begun.connection = connection
            underWay.append(begun)
        }
        for handshake in underWay where handshake.connection == connection {
            handshake.note(message, isOurs: isOurs)
        }
    }
}
