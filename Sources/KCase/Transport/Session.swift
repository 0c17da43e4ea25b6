import CCurl
import CSystem

/// Requests over connections that are kept, on one thread at a time. Wraps a libcurl multi handle, which is told by
/// the session when there is something for it to do.
final class Session: Wire {
    /// How a session uses the network.
    struct Manner {
        var connectionsMax: Int
        var offersHTTP2: Bool

        /// One request after another.
        static var single: Manner { Manner(connectionsMax: 1, offersHTTP2: false) }
    }

    private let multi: UnsafeMutableRawPointer
    private let settings: TransportSettings
    private let manner: Manner
    private let watch: Watch
    private let sockets: Sockets
    private var spares: [Exchange] = []
    /// When libcurl wants to be called, whatever happens; 0 at once.
    private var callTime: Milliseconds?
    /// Whether an exchange may have ended that was not handed out.
    private var mayHaveFinished = false
    private(set) var isHTTP2: Bool?

    /// nil for want of memory or descriptors.
    static func make(_ settings: TransportSettings, _ manner: Manner, hearing bell: Bell) -> Session? {
        guard let watch = Watch.make(hearing: bell) else { return nil }
        let made = ForkGate.inside {
            WakeUpPair.make(
                curl_multi_init, wake: { _ = curl_multi_wakeup($0) },
                drain: { _ = curl_multi_poll($0, nil, 0, 0, nil) })
        }
        guard let multi = made else { return nil }
        let session = Session(multi, settings, manner, watch)
        return session.configure() ? session : nil
    }

    private init(
        _ multi: UnsafeMutableRawPointer, _ settings: TransportSettings, _ manner: Manner, _ watch: Watch
    ) {
        self.multi = multi
        self.settings = settings
        self.manner = manner
        self.watch = watch
        sockets = Sockets(watch)
    }

    deinit {
        ForkGate.inside {
            spares = []
            curl_multi_cleanup(multi)
        }
    }

    private func configure() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let code = kc_multi_set_timer_function(
            multi,
            { _, time, context in
                guard let context else { return -1 }
                Unmanaged<Session>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.setCallTime(time) }
                return 0
            }, context)
        return code == CURLM_OK && sockets.watch(multi)
            && setLong(CURLMOPT_MAXCONNECTS, manner.connectionsMax)
            && setLong(CURLMOPT_MAX_TOTAL_CONNECTIONS, manner.connectionsMax)
            && setLong(CURLMOPT_PIPELINING, Int(manner.offersHTTP2 ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING))
    }

    private func setLong(_ option: CURLMoption, _ value: Int) -> Bool {
        kc_multi_set_long(multi, option, value) == CURLM_OK
    }

    /// libcurl's wish: in so many milliseconds, or, if it is negative, not for the time's sake.
    private func setCallTime(_ time: Int) {
        callTime = time < 0 ? nil : time == 0 ? 0 : Clock.now + Milliseconds(time)
    }

    // MARK: - Wire

    func moment() -> Moment { Clock.moment() }

    func wallTime() -> Milliseconds { Clock.wall }

    /// Over HTTP/1.1 a connection carries one at a time.
    func hasRoom(beside count: Int) -> Bool { isHTTP2 == true || count < manner.connectionsMax }

    func begin(_ request: HTTPRequest, _ headers: HeaderList, limit: Milliseconds) -> Exchange? {
        ForkGate.inside { start(request, headers, limit) }
    }

    private func start(_ request: HTTPRequest, _ headers: HeaderList, _ limit: Milliseconds) -> Exchange? {
        guard let exchange = spares.popLast() ?? Exchange.make(settings, manner, sockets) else { return nil }
        let connectTimeout = max(1, min(settings.connectTimeout, limit))
        guard exchange.prepare(request, headers, connectTimeout: connectTimeout), add(exchange) else {
            return nil
        }
        return exchange
    }

    private func add(_ exchange: Exchange) -> Bool {
        curl_multi_add_handle(multi, exchange.easy) == CURLM_OK
    }

    func end(_ exchange: Exchange) {
        _ = ForkGate.inside { curl_multi_remove_handle(multi, exchange.easy) }
        isHTTP2 = exchange.wasHTTP2 ?? isHTTP2
        exchange.forget()
        spares.append(exchange)
    }

    func advance() -> Finished<Exchange>? {
        while true {
            if mayHaveFinished {
                if let finished = nextFinished() { return finished }
                mayHaveFinished = false
            }
            guard callLibcurl() else { return nil }
            mayHaveFinished = true
        }
    }

    /// Tells libcurl one thing that has happened; false if there is none.
    private func callLibcurl() -> Bool {
        if let event = watch.next() {
            if sockets.isAwaited(event.descriptor) {
                let what =
                    (event.isReadable ? CURL_CSELECT_IN : 0) | (event.isWritable ? CURL_CSELECT_OUT : 0)
                call(event.descriptor, what)
            }
            return true
        }
        guard let callTime, callTime == 0 || callTime <= Clock.now else { return false }
        self.callTime = nil
        call(CURL_SOCKET_TIMEOUT, 0)
        return true
    }

    private func call(_ descriptor: curl_socket_t, _ what: Int32) {
        var running: Int32 = 0
        _ = ForkGate.inside { curl_multi_socket_action(multi, descriptor, what, &running) }
    }

    func sleep(for time: Milliseconds) {
        guard let callTime else { return watch.sleep(for: time) }
        watch.sleep(for: min(time, callTime == 0 ? 0 : callTime - Clock.now))
    }

    /// Whether the last sleep brought anything.
    var hasNews: Bool { watch.hasEvents }

    /// A descriptor that is readable whenever there is something to do, if `call` was told when that is for the time's
    /// sake.
    var descriptor: Int32 { watch.descriptor }

    /// Has the descriptor readable at a moment, or when libcurl wants to be called before that; nil: nothing is under
    /// way. False for want of a descriptor.
    func call(at moment: Milliseconds?) -> Bool {
        let next = moment.map { min($0, callTime ?? $0) }
        if let next, next <= Clock.now { return watch.call() }
        return watch.call(at: next)
    }

    var connectionsMade: Int { sockets.used }

    func takeWakeUp() -> Bool { watch.takeRing() }

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
            exchange.finish(code)
            guard code != CURLE_OK else { return Finished(exchange: exchange, failure: nil) }
            if exchange.wasTurnedBack, beginAgain(exchange) { continue }
            let failure = Failure(code, exchange, throughProxy: settings.proxy.isPossible)
            return Finished(exchange: exchange, failure: failure)
        }
        return nil
    }

    /// Sends what was turned back over a new connection.
    private func beginAgain(_ exchange: Exchange) -> Bool {
        ForkGate.inside {
            curl_multi_remove_handle(multi, exchange.easy)
            return exchange.prepareAgain() && add(exchange)
        }
    }
}
