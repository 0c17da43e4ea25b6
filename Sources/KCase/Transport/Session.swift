import CCurl
import CSystem

/// One exchange after another over a kept-alive connection, on one thread at a time. Wraps a libcurl multi handle.
final class Session: Wire {
    private let multi: UnsafeMutableRawPointer
    private let settings: TransportSettings
    private let sockets = Sockets()
    private var spare: Exchange?

    init?(_ settings: TransportSettings) {
        let made = ForkGate.inside {
            WakeUpPair.make(
                curl_multi_init, wake: Session.wake, drain: { _ = curl_multi_poll($0, nil, 0, 0, nil) })
        }
        guard let multi = made else { return nil }
        self.multi = multi
        self.settings = settings
        _ = kc_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 1)
    }

    deinit {
        ForkGate.inside {
            spare = nil
            curl_multi_cleanup(multi)
        }
    }

    func moment() -> Moment { Clock.moment() }

    func wallTime() -> Milliseconds { Clock.wall }

    func begin(_ request: HTTPRequest, _ headers: HeaderList, limit: Milliseconds) -> Exchange? {
        ForkGate.inside { start(request, headers, limit) }
    }

    private func start(_ request: HTTPRequest, _ headers: HeaderList, _ limit: Milliseconds) -> Exchange? {
        guard let exchange = spare ?? Exchange(settings, sockets) else { return nil }
        spare = nil
        let connectTimeout = max(1, min(settings.connectTimeout, limit))
        let isPrepared = exchange.prepare(
            request, headers, connectTimeout: connectTimeout, freshConnection: !sockets.areQuiet)
        guard isPrepared,
            curl_multi_add_handle(multi, exchange.easy) == CURLM_OK
        else { return nil }
        return exchange
    }

    func end(_ exchange: Exchange) {
        _ = ForkGate.inside { curl_multi_remove_handle(multi, exchange.easy) }
        exchange.forget()
        spare = exchange
    }

    func advance() -> Finished<Exchange>? {
        if let finished = nextFinished() { return finished }
        var running: Int32 = 0
        guard ForkGate.inside({ curl_multi_perform(multi, &running) }) == CURLM_OK else { return nil }
        return nextFinished()
    }

    func sleep(for time: Milliseconds) {
        _ = curl_multi_poll(multi, nil, 0, Int32(clamping: max(time, 0)), nil)
    }

    /// What to give to `wake`.
    var wakeHandle: UnsafeMutableRawPointer { multi }

    /// Ends the session's sleep, or its next one. From any thread, and from a signal handler: it is one
    /// write to a descriptor.
    static func wake(_ handle: UnsafeMutableRawPointer) {
        _ = curl_multi_wakeup(handle)
    }

    private func nextFinished() -> Finished<Exchange>? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            var context: UnsafeMutableRawPointer?
            guard kc_easy_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context) == CURLE_OK,
                let context
            else { continue }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let code = kc_message_code(message)
            guard code != CURLE_OK else { return Finished(exchange: exchange, failure: nil) }
            let failure = Failure(code, exchange, throughProxy: settings.proxy.isPossible)
            return Finished(exchange: exchange, failure: failure)
        }
        return nil
    }
}
