import CCurl
import CSystem
import KCaseSystem

/// Requests over connections that are kept, on one thread at a time. Wraps a libcurl multi handle, which is
/// told by the session when there is something for it to do.
///
/// What it is made of can be closed by a host that closes descriptors which are not its own. Then what is
/// under way has failed, and the next one finds the session made anew. The old parts are abandoned: libcurl
/// would close them, and end their TLS, by numbers that may be the host's files by now.
package final class Session: Transport {
    private var parts: Parts
    private let settings: TransportSettings
    private let options: SessionOptions
    private let wakeEvent: WakeEvent
    private var spares: [Exchange] = []
    private var inFlight: [Exchange] = []
    /// What was in flight when the parts were lost, and was not handed out yet.
    private var lost: [Exchange] = []
    /// The header lines of the requests that were begun last: to read, to cancel, and to mint.
    private var readHeaders: (token: Secret?, list: HeaderList)?
    private var cancelHeaders: (token: Secret?, list: HeaderList)?
    private var mintHeaders: (token: Secret?, list: HeaderList)?
    /// When libcurl wants to be called, whatever happens; in the distant past: at once.
    private var callTime: Instant?
    /// Whether an exchange may have ended that was not handed out.
    private var mayHaveFinished = false
    /// How often libcurl was called for the time's sake since `advance` was.
    private var callsForTime = 0
    private static let callsForTimeMax = 16
    /// Whether libcurl could not go on.
    private var hasFailed = false
    /// Whether that was for lack of memory.
    private var lacksMemory = false
    /// How the last exchange failed before it was sent; CURLE_OK if it did not.
    private var lastFailure = CURLE_OK
    /// Whether what libcurl keeps for TLS is to be made anew.
    private var doubtsTLS = false
    /// Whether what woke the parts that were lost may not have been heard.
    private var mayHaveMissedWakeUp = false
    package private(set) var isHTTP2: Bool?

    /// What holds descriptors.
    private struct Parts {
        let multi: UnsafeMutableRawPointer
        /// libcurl's own pair of sockets, if it was found.
        let wakeUpPair: [OwnDescriptor]
        let poller: Poller
        let sockets: Sockets

        /// nil where memory or descriptors are lacking.
        static func make(listeningTo wakeEvent: WakeEvent) -> Parts? {
            Poller.make(listeningTo: wakeEvent).flatMap { make(waitingWith: $0) }
        }

        static func make(waitingWith poller: Poller) -> Parts? {
            let made = ForkGate.inside {
                StandardDescriptors.held {
                    WakeUpPair.make(
                        curl_multi_init, wake: { _ = curl_multi_wakeup($0) },
                        drain: { _ = curl_multi_poll($0, nil, 0, 0, nil) })
                }
            }
            guard let made else { return nil }
            return Parts(
                multi: made.handle, wakeUpPair: made.pair, poller: poller, sockets: Sockets(poller))
        }

        /// Whether everything is still the library's.
        var areIntact: Bool {
            poller.isIntact && wakeUpPair.allSatisfy { $0.isOurs } && sockets.areOurs
        }
    }

    /// nil where memory or descriptors are lacking.
    package static func make(
        _ settings: TransportSettings, _ options: SessionOptions, listeningTo wakeEvent: WakeEvent
    ) -> Session? {
        guard let parts = Parts.make(listeningTo: wakeEvent) else { return nil }
        let session = Session(parts, settings, options, wakeEvent)
        return session.configure() ? session : nil
    }

    private init(
        _ parts: Parts, _ settings: TransportSettings, _ options: SessionOptions, _ wakeEvent: WakeEvent
    ) {
        self.parts = parts
        self.settings = settings
        self.options = options
        self.wakeEvent = wakeEvent
    }

    deinit {
        guard parts.areIntact else { return abandonParts() }
        ForkGate.inside {
            spares = []
            curl_multi_cleanup(parts.multi)
        }
    }

    private func configure() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let code = kc_multi_set_timer_function(
            parts.multi,
            { _, time, context in
                guard let context else { return -1 }
                Unmanaged<Session>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.setCallTime(time) }
                return 0
            }, context)
        return code == CURLM_OK && parts.sockets.listen(to: parts.multi)
            && setLong(CURLMOPT_MAXCONNECTS, options.connectionsMax)
            && setLong(CURLMOPT_MAX_TOTAL_CONNECTIONS, options.connectionsMax)
            && setLong(CURLMOPT_PIPELINING, Int(options.offersHTTP2 ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING))
    }

    // MARK: - Parts that were lost

    /// Makes the parts anew if they are not usable any more; false where memory or descriptors are lacking.
    private func prepareParts() -> Bool {
        if !hasFailed, parts.poller.isIntact { return !doubtsTLS || !inFlight.isEmpty || renewMulti() }
        loseParts()
        guard let new = Parts.make(listeningTo: wakeEvent) else { return false }
        parts = new
        guard configure() else { return false }
        hasFailed = false
        mayHaveMissedWakeUp = true
        return true
    }

    /// Without what is kept for TLS: authorities that could not be read whole for lack of memory, say, which
    /// would not be read again. Whoever waits for the session's descriptor goes on with it.
    private func renewMulti() -> Bool {
        guard let new = Parts.make(waitingWith: parts.poller) else { return false }
        spares = []
        curl_multi_cleanup(parts.multi)
        parts = new
        callTime = nil
        doubtsTLS = false
        hasFailed = !configure()
        return !hasFailed
    }

    /// Ends what is in flight. To be told only once of the same parts.
    private func loseParts() {
        abandonParts()
        hasFailed = true
        callTime = nil
        mayHaveFinished = false
        lost += inFlight
        inFlight = []
        for exchange in lost { exchange.lose() }
        spares = []
    }

    /// Closes what is still the library's, and leaves everything else, libcurl's memory too, as it is.
    private func abandonParts() {
        parts.sockets.abandon()
        for descriptor in parts.wakeUpPair { descriptor.close() }
        _ = Unmanaged.passRetained(parts.sockets)
        for exchange in spares + inFlight { _ = Unmanaged.passRetained(exchange) }
    }

    private func setLong(_ option: CURLMoption, _ value: Int) -> Bool {
        kc_multi_set_long(parts.multi, option, value) == CURLM_OK
    }

    /// libcurl's wish: in so many milliseconds, or, if it is negative, not for the time's sake.
    private func setCallTime(_ time: Int) {
        callTime = time < 0 ? nil : time == 0 ? .distantPast : Clock.now + Milliseconds(Int64(time))
    }

    // MARK: - Transport

    package func readClock() -> ClockReading { Clock.read() }

    package func wallTime() -> WallTime { Clock.wall }

    /// Over HTTP/1.1 a connection carries one at a time.
    package func hasRoom(beside count: Int) -> Bool { isHTTP2 == true || count < options.connectionsMax }

    package func begin(_ request: HTTPRequest, limit: Milliseconds) -> Exchange? {
        ForkGate.inside { start(request, limit) }
    }

    /// What it takes to send and to settle is there before anything is sent.
    private func start(_ request: HTTPRequest, _ limit: Milliseconds) -> Exchange? {
        guard !Shortage.isOfMemory, prepareParts(),
            let exchange = reusableSpare() ?? Exchange.make(settings, options, parts.sockets),
            let headers = headers(for: request)
        else { return nil }
        let connectTimeout = max(1, min(settings.connectTimeout, limit))
        guard exchange.prepare(request, headers, connectTimeout: connectTimeout), add(exchange) else {
            exchange.forget()
            return nil
        }
        inFlight.append(exchange)
        return exchange
    }

    /// Those that are not are cleaned up here, where no fork comes between.
    private func reusableSpare() -> Exchange? {
        while let spare = spares.popLast() {
            if spare.isReusable { return spare }
        }
        return nil
    }

    private func headers(for request: HTTPRequest) -> HeaderList? {
        // Those of one operation are no other's.
        if request.trace != nil { return HeaderList.make(request, settings) }
        return switch (request.method, request.token) {
        case (.get, .some): Session.headers(for: request, settings, &readHeaders)
        // One with a body is rare.
        case (.post(.some), .some): HeaderList.make(request, settings)
        case (_, .some): Session.headers(for: request, settings, &cancelHeaders)
        case (_, nil): Session.headers(for: request, settings, &mintHeaders)
        }
    }

    private static func headers(
        for request: HTTPRequest, _ settings: TransportSettings,
        _ kept: inout (token: Secret?, list: HeaderList)?
    ) -> HeaderList? {
        if let kept, kept.token === request.token { return kept.list }
        kept = HeaderList.make(request, settings).map { (request.token, $0) }
        return kept?.list
    }

    private func add(_ exchange: Exchange) -> Bool {
        curl_multi_add_handle(parts.multi, exchange.easy.raw) == CURLM_OK
    }

    /// Has answers that wait for their receivers come on, where there is room again.
    package func resume() {
        ForkGate.inside {
            for exchange in inFlight { exchange.resume() }
        }
        mayHaveFinished = true
    }

    package func end(_ exchange: Exchange) {
        guard let index = inFlight.firstIndex(where: { $0 === exchange }) else {
            // It was in flight when the parts were lost, and its handle is gone with them.
            lost.removeAll { $0 === exchange }
            exchange.forget()
            return
        }
        inFlight.remove(at: index)
        _ = ForkGate.inside { curl_multi_remove_handle(parts.multi, exchange.easy.raw) }
        isHTTP2 = exchange.wasHTTP2 ?? isHTTP2
        exchange.forget()
        spares.append(exchange)
    }

    package func advance() -> CompletedExchange<Exchange>? {
        callsForTime = 0
        while true {
            if let exchange = lost.popLast() {
                return CompletedExchange(exchange, error: lossOf(exchange))
            }
            if mayHaveFinished {
                if let finished = nextFinished() { return finished }
                mayHaveFinished = false
            }
            guard !hasFailed, notifyOnce() else { return nil }
            mayHaveFinished = true
        }
    }

    /// Tells libcurl one thing that has happened; false if there is none.
    private func notifyOnce() -> Bool {
        if !parts.poller.isUsable {
            lacksMemory = false
            loseParts()
            return true
        }
        if let event = parts.poller.next() {
            if parts.sockets.isAwaited(event.descriptor) {
                let what =
                    (event.isReadable ? CURL_CSELECT_IN : 0) | (event.isWritable ? CURL_CSELECT_OUT : 0)
                notify(event.descriptor, what)
            }
            return true
        }
        guard let callTime, callTime == .distantPast || callTime <= Clock.now else { return false }
        // It may wish to be called at once each time, while something comes. Others look at the clock then.
        guard callsForTime < Session.callsForTimeMax else { return false }
        callsForTime += 1
        self.callTime = nil
        notify(CURL_SOCKET_TIMEOUT, 0)
        return true
    }

    private func notify(_ descriptor: curl_socket_t, _ what: Int32) {
        var running: Int32 = 0
        parts.sockets.callLimit.begin(descriptor)
        let code = ForkGate.inside { curl_multi_socket_action(parts.multi, descriptor, what, &running) }
        // A socket that libcurl does not know any more is nothing. Otherwise it could not have one waited
        // for, and will not go on.
        guard code != CURLM_OK, code != CURLM_BAD_SOCKET else { return }
        lacksMemory = code == CURLM_OUT_OF_MEMORY
        loseParts()
    }

    private func lossOf(_ exchange: Exchange) -> TransportError {
        lacksMemory ? .lacking(.memory, wasSent: exchange.wasSent) : .descriptorsLost(exchange)
    }

    package func sleep(atMost time: Milliseconds) {
        // Without a poller nobody can wake the session, so it looks again before long.
        if hasFailed {
            if !prepareParts() { Clock.sleep(min(time, Session.blindSleepMax)) }
            return
        }
        guard let callTime else { return parts.poller.sleep(atMost: time) }
        parts.poller.sleep(atMost: min(time, callTime == .distantPast ? 0 : callTime - Clock.now))
    }

    private static let blindSleepMax: Milliseconds = 50

    /// Whether the last sleep brought anything.
    package var hasEvents: Bool { parts.poller.hasEvents }

    /// A descriptor that is readable whenever there is something to do, if `signal` was told at what time
    /// there is.
    package var descriptor: Int32 { parts.poller.descriptor }

    /// Has the descriptor readable at a moment, or when libcurl wants to be called before that; nil: nothing
    /// is in flight. False where descriptors are lacking.
    package func signal(at instant: Instant?) -> Bool {
        let next = instant.map { min($0, callTime ?? $0) }
        if let next, next <= Clock.now { return parts.poller.signal() }
        return parts.poller.signal(at: next)
    }

    package var connectionsMade: Int { parts.sockets.used }

    package func takeWakeUp() -> Bool {
        let wasWoken = parts.poller.takeWakeUp() || mayHaveMissedWakeUp
        mayHaveMissedWakeUp = false
        return wasWoken
    }

    private func nextFinished() -> CompletedExchange<Exchange>? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(parts.multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            var context: UnsafeMutableRawPointer?
            guard kc_easy_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context) == CURLE_OK,
                let context
            else { continue }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            let code = kc_message_code(message)
            exchange.finish(code)
            if code == CURLE_OK {
                lastFailure = CURLE_OK
                let isWhole = exchange.hasWholeHead
                return CompletedExchange(exchange, error: isWhole ? nil : .incomplete)
            }
            if exchange.wasTurnedBack, beginAgain(exchange) { continue }
            return CompletedExchange(exchange, error: error(code, exchange))
        }
        return nil
    }

    /// What fails here for lack of memory looks like a certificate that is not accepted, so such a failure is
    /// final when it comes twice.
    private func error(_ code: CURLcode, _ exchange: Exchange) -> TransportError {
        let isRepeated = code == lastFailure
        let error = TransportError(code, exchange, settings, isRepeated: isRepeated)
        lastFailure = error.wasSent ? CURLE_OK : code
        if error.kind == .tls || error.kind == .memory { doubtsTLS = true }
        return error
    }

    /// Sends what was turned back over a new connection.
    private func beginAgain(_ exchange: Exchange) -> Bool {
        ForkGate.inside {
            curl_multi_remove_handle(parts.multi, exchange.easy.raw)
            return exchange.prepareAgain() && add(exchange)
        }
    }
}
