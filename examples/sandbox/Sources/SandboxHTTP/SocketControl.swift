import FlyingSocks

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The few socket calls that FlyingSocks does not wrap.
extension Socket {
    /// Answers are small and wait for nothing: Nagle's algorithm would only hold them back.
    func disableNagle() throws {
        try setValue(true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
    }

    /// Makes the next close a hard one: unsent bytes are dropped and the peer gets RST.
    func resetOnClose() throws {
        try setValue((), for: LingerZero())
    }

    /// Says FIN to the peer; reading goes on. The corresponding C function is `shutdown`.
    func finishWriting() {
        _ = shutdown(file.rawValue, Int32(SHUT_WR))
    }
}

private struct LingerZero: SocketOption {
    var name: Int32 { SO_LINGER }

    func makeValue(from socketValue: linger) {}
    func makeSocketValue(from value: Void) -> linger { linger(l_onoff: 1, l_linger: 0) }
}
