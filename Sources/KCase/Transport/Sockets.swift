import CCurl
import CSystem

/// The sockets of a session's connections: one, as a rule. libcurl has them opened and closed here.
final class Sockets {
    private var descriptors: [Int32] = []

    /// Whether no kept connection has anything to say. One that has says it unasked: an answer that came twice, or a
    /// farewell. libcurl would take it for the answer to the next request, and it is about another case.
    var areQuiet: Bool { descriptors.allSatisfy { kc_is_quiet($0) != 0 } }

    /// A socket that no other program inherits.
    fileprivate func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let descriptor = kc_socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
        if descriptor >= 0 { descriptors.append(descriptor) }
        return descriptor
    }

    fileprivate func close(_ descriptor: curl_socket_t) -> Int32 {
        descriptors.removeAll { $0 == descriptor }
        return kc_close(descriptor)
    }

    /// Sees to it that a handle's sockets are these. The object must outlive the handle's connections.
    func serve(_ easy: UnsafeMutableRawPointer) -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return kc_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context) == CURLE_OK
            && kc_easy_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, context) == CURLE_OK
            && kc_easy_set_socket_function(easy) { context, _, address in
                guard let context, let address else { return CURL_SOCKET_BAD }
                return Sockets.from(context).open(address)
            } == CURLE_OK
            && kc_easy_set_close_function(easy) { context, descriptor in
                guard let context else { return kc_close(descriptor) }
                return Sockets.from(context).close(descriptor)
            } == CURLE_OK
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> Sockets {
        Unmanaged<Sockets>.fromOpaque(context).takeUnretainedValue()
    }
}
