import CCurl
import CSystem
import KCaseSystem

/// The sockets that a session's libcurl has, and the poller that waits for them. libcurl has its connections
/// opened and closed here, and says here what it waits for.
final class Sockets {
    private let poller: Poller
    private var connections: [Connection] = []
    /// The connections' descriptors and ports, in the same order, to be searched: a batch has many
    /// connections.
    private var descriptors: [Int32] = []
    private var ports: [Int32] = []
    private var hasNewPorts = false
    /// How many carried a request.
    private(set) var used = 0
    let callLimit = CallLimit()
    let handshakes = Handshakes()

    init(_ poller: Poller) { self.poller = poller }

    /// What libcurl is about to send a request over.
    enum Choice {
        case fit(Connection)
        case unfit
        /// None that was made here.
        case unknown
    }

    /// The connection that libcurl names by the port at its own end. Two can share one port only if the
    /// service has several addresses; then one that is not fit stands for both.
    func choice(localPort: Int32) -> Choice {
        if hasNewPorts { learnPorts() }
        var choice = Choice.unknown
        for index in ports.indices where ports[index] == localPort {
            guard connections[index].isFit else { return .unfit }
            choice = .fit(connections[index])
        }
        return choice
    }

    /// A request goes over this connection.
    func noteRequest(over connection: Connection) {
        if !connection.hadRequest {
            used += 1
            connection.arrivalsBeforeRequests = connection.arrivals
        }
        connection.hadRequest = true
    }

    private func learnPorts() {
        for index in ports.indices where ports[index] == 0 {
            ports[index] = kc_getsockname_port(descriptors[index])
        }
        hasNewPorts = ports.contains(0)
    }

    /// Sees to it that a handle's sockets are closed here; its exchange opens them. The object
    /// must outlive the handle's connections.
    func serve(_ easy: UnsafeMutableRawPointer) -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return kc_easy_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, context) == CURLE_OK
            && kc_easy_set_close_function(easy) { context, descriptor in
                guard let context else { return 0 }
                return Sockets.from(context).closeSocket(descriptor)
            } == CURLE_OK
    }

    /// libcurl has made the settings of a TLS connection: has its records shown here. OpenSSL shows them to
    /// one function, and this one takes the place of libcurl's own, which CURLOPT_DEBUGFUNCTION would have.
    func watch(_ settings: UnsafeMutableRawPointer, _ handshake: Handshake) {
        handshakes.expect(handshake)
        kc_tls_set_record_function(
            settings,
            { isWritten, _, kind, bytes, count, connection, context in
                guard let context else { return }
                Sockets.with(context) {
                    _ = $0.goesOn()
                    guard kind == KC_TLS_HANDSHAKE, count > 0, let bytes, let connection else { return }
                    let message = bytes.load(as: UInt8.self)
                    $0.handshakes.note(message, isOurs: isWritten != 0, over: connection)
                }
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Sees to it that a multi handle says here what it waits for.
    func listen(to multi: UnsafeMutableRawPointer) -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let code = kc_multi_set_socket_function(
            multi,
            { _, descriptor, what, context, _ in
                guard let context else { return -1 }
                return Sockets.from(context).setWanted(descriptor, what) ? 0 : -1
            }, context)
        return code == CURLM_OK
    }

    /// A socket has an event: whether libcurl waits for that. If not, the poller forgets it until libcurl
    /// does.
    func isAwaited(_ descriptor: Int32) -> Bool {
        let connection = connection(descriptor)
        connection?.arrivals &+= 1
        if let connection, connection.isWanted { return true }
        poller.forget(descriptor)
        connection?.polled = nil
        return false
    }

    /// A socket that no other program inherits.
    func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let asked = address.pointee
        guard let own = OwnDescriptor({ kc_socket(asked.family, asked.socktype, asked.protocol) }) else {
            return CURL_SOCKET_BAD
        }
        connections.append(Connection(own))
        descriptors.append(own.number)
        // It has none before it is connected.
        ports.append(0)
        hasNewPorts = true
        return own.number
    }

    /// A socket that was not made here is not known to be the library's, and stays open.
    private func closeSocket(_ descriptor: curl_socket_t) -> Int32 {
        guard let index = descriptors.firstIndex(of: descriptor) else { return 0 }
        let connection = connections[index]
        if connection.polled != nil { poller.forget(descriptor) }
        drop(index)
        connection.own.close()
        return 0
    }

    /// Whether none of the connections' numbers is somebody else's.
    var areOurs: Bool { connections.allSatisfy { !$0.own.isForeign } }

    /// libcurl goes on reading; whether it may. If it has done so for too long, the connection that it reads
    /// from is ended; if it still goes on, all are.
    @inline(__always)
    func goesOn() -> Bool { !callLimit.step() || goesOnAtLength() }

    @inline(never)
    private func goesOnAtLength() -> Bool {
        guard callLimit.isOver() else { return true }
        let isKnown = callLimit.overruns == 1 && connection(callLimit.descriptor) != nil
        for connection in connections where !isKnown || connection.descriptor == callLimit.descriptor {
            connection.cutOff()
        }
        return false
    }

    /// Closes what is still the library's, without a word to libcurl or to the peer.
    func abandon() {
        for connection in connections {
            connection.isOpen = false
            connection.own.close()
        }
        connections = []
        descriptors = []
        ports = []
    }

    private func setWanted(_ descriptor: Int32, _ what: Int32) -> Bool {
        let readable = what & CURL_POLL_IN != 0 && what != CURL_POLL_REMOVE
        let writable = what & CURL_POLL_OUT != 0 && what != CURL_POLL_REMOVE
        guard let connection = connection(descriptor) else {
            // A socket of its own: that of a name lookup. It is closed without notice.
            if readable || writable {
                return poller.wait(for: descriptor, readable: readable, writable: writable, isKnown: false)
            }
            poller.forget(descriptor)
            return true
        }
        connection.isWanted = readable || writable
        guard connection.isWanted else {
            if what == CURL_POLL_REMOVE, !connection.hadRequest { forgetIfClosed(connection) }
            return true
        }
        if let polled = connection.polled, polled == (readable, writable) { return true }
        let isKnown = connection.polled != nil
        connection.polled = (readable, writable)
        return poller.wait(for: descriptor, readable: readable, writable: writable, isKnown: isKnown)
    }

    /// libcurl before 8.0 closes a socket that did not become a connection by itself, and tells of it only
    /// that it waits for it no more. Its number may be anybody's by now.
    private func forgetIfClosed(_ connection: Connection) {
        guard !connection.own.isOurs, let index = connections.firstIndex(where: { $0 === connection }) else {
            return
        }
        drop(index)
    }

    private func drop(_ index: Int) {
        connections[index].isOpen = false
        connections.remove(at: index)
        descriptors.remove(at: index)
        ports.remove(at: index)
    }

    private func connection(_ descriptor: Int32) -> Connection? {
        descriptors.firstIndex(of: descriptor).map { connections[$0] }
    }

    /// A session holds its sockets while libcurl calls back, so no reference is counted.
    static func with<Output>(_ context: UnsafeMutableRawPointer, _ body: (Sockets) -> Output) -> Output {
        Unmanaged<Sockets>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> Sockets {
        Unmanaged<Sockets>.fromOpaque(context).takeUnretainedValue()
    }
}
