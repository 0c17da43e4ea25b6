import CCurl
import CSystem
import KCaseSystem

/// One request and its answer; used again for the next. Wraps a libcurl easy handle.
package final class Exchange {
    let easy: EasyHandle
    /// What the exchange is for, as whoever began it counts.
    package var owner = 0
    private let address: RequestAddress
    private let sockets: Sockets
    private let responseBytesMax: Int
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers: HeaderList?
    private var requestBody: Secret?
    private var receiver: BodyReceiver?
    /// Whether the answer waits until its receiver has room.
    private var isPaused = false
    /// Whether the handle is set to an empty POST already: most requests are one.
    private var isEmptyPost = false
    private var connectTimeout: Milliseconds = 0
    private var isOnFreshConnection = false
    /// Whether it keeps the numbers of standard input, output and error from libcurl: while a connection is
    /// made.
    private var holdsStandard = false
    private var body = ByteBuffer()
    private var headerBytes = 0
    /// The first letters of the header lines that came, one bit each.
    private var headerInitials: UInt32 = 0
    /// How often libcurl was about to send the request.
    private var sends = 0
    private(set) var isTooLarge = false
    /// Whether the head of a final answer came with the blank line at its end.
    private(set) var hasWholeHead = false
    /// Whether the answer cannot be one of HTTP's.
    private(set) var isMalformed = false
    /// Whether libcurl gives header lines as if they were the body, too, before it looks at them.
    private let seesHeadersFirst = TransportInfo().joinsLinesOfAnswers
    private var isInHeaders = true
    private var isAfterStatusLine = false
    private var isInterim = false
    private var connection: Connection?
    private var isInFlight = false
    private var hasFailed = false
    /// How often something had come over the connection, and when, as the request was sent.
    private var arrivalsBefore: UInt = 0
    private var sentAt = Instant.distantPast
    /// After which a connection that says nothing at all is given up.
    private static let longSilence: Milliseconds = 500
    /// Whether a connection was begun for this request.
    private var hasNewConnection = false
    /// How long a TLS 1.3 server that asked for a certificate is given to refuse it before a request is sent.
    /// Nearly every one says something at once: it gives out session tickets.
    private static let verdictMilliseconds: Int32 = 250
    /// Whether the connection that libcurl chose was not fit: nothing was sent over it.
    private(set) var wasTurnedBack = false

    /// All header lines of an answer together.
    private static let headerBytesMax = 262_144

    /// nil where memory is lacking.
    static func make(
        _ settings: TransportSettings, _ options: SessionOptions, _ sockets: Sockets
    ) -> Exchange? {
        guard let easy = EasyHandle() else { return nil }
        guard let address = RequestAddress(settings.baseURL) else {
            easy.cleanUp()
            return nil
        }
        let exchange = Exchange(easy, address, settings, sockets)
        let isReady =
            easy.configure(settings, options) && sockets.serve(easy.raw)
            && easy.set(CURLOPT_CURLU, pointer: exchange.address.raw)
            && easy.set(CURLOPT_ERRORBUFFER, pointer: exchange.errorText) && exchange.setCallbacks()
        return isReady ? exchange : nil
    }

    private init(
        _ easy: EasyHandle, _ address: consuming RequestAddress, _ settings: TransportSettings,
        _ sockets: Sockets
    ) {
        self.easy = easy
        self.address = address
        self.sockets = sockets
        responseBytesMax = settings.responseBytesMax
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        easy.cleanUp()
        body.clear()
        errorText.deallocate()
    }

    /// Makes ready for a request. False where memory is lacking.
    func prepare(_ request: HTTPRequest, _ headers: HeaderList, connectTimeout: Milliseconds) -> Bool {
        reset()
        receiver = request.receiver
        return body.prepare() && setFreshConnection(false) && setTarget(request.path)
            && setHeaders(headers) && setMethod(request.method) && setConnectTimeout(connectTimeout)
    }

    /// Makes ready for the same request once more, over a new connection, after it was turned back.
    func prepareAgain() -> Bool {
        reset()
        return setFreshConnection(true)
    }

    private func reset() {
        sends = 0
        headerBytes = 0
        headerInitials = 0
        isTooLarge = false
        hasWholeHead = false
        isMalformed = false
        isInHeaders = true
        isAfterStatusLine = false
        isInterim = false
        wasTurnedBack = false
        isPaused = false
        wasRefusedByHandshake = false
        wasHTTP2 = nil
        isInFlight = true
        hasFailed = false
        errorText.pointee = 0
    }

    // MARK: - What came of it

    package var wasSent: Bool { sends > 0 }

    /// Whether the handle may serve another request. Not where libcurl complained, be it beside a whole
    /// answer: one that lacked memory may be in a state that it does not survive. (What libcurl 7.88 noted of
    /// a TLS session that it could not keep is freed again with the next one.)
    var isReusable: Bool { !hasFailed && errorText.pointee == 0 }

    /// Whether libcurl was kept from reading on for ever.
    var wasEndless: Bool { sockets.callLimit.overruns > 0 }

    /// Whether libcurl wanted to send the request a second time, and was kept from it.
    var wasReplayPrevented: Bool { sends > 1 }

    /// A header of the final answer, as text without control characters.
    private func header(_ name: StaticString, bytesMax: Int = 256) -> String? {
        guard let value = rawHeader(name) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: value, count: boundedLength(value, bytesMax: bytesMax))
        return PlainText.clean(String(decoding: bytes, as: UTF8.self), bytesMax: bytesMax)
    }

    private func rawHeader(_ name: StaticString) -> UnsafePointer<CChar>? {
        // Most of what is asked for never comes; to learn that from libcurl takes a walk over all lines.
        guard headerInitials & Exchange.initial(name.utf8Start.pointee) != 0 else { return nil }
        return easy.header(name)
    }

    /// Whether the final answer has the header, and its value begins so.
    private func header(_ name: StaticString, begins start: StaticString) -> Bool {
        guard let value = rawHeader(name) else { return false }
        return strncmp(value, cText(start), start.utf8CodeUnitCount) == 0
    }

    /// Whether the answer came over HTTP/2; nil if none came.
    private(set) var wasHTTP2: Bool?

    /// libcurl has ended it.
    func finish(_ code: CURLcode) {
        isInFlight = false
        hasFailed = code != CURLE_OK
        if hasFailed { connection?.doubt() }
    }

    /// Its handle is not to be touched any more.
    func lose() {
        isInFlight = false
        connection = nil
        releaseStandard()
    }

    /// Forgets the answer, which may hold a secret, or what concerns a person.
    func forget() {
        if isInFlight, let connection, connection.arrivals == arrivalsBefore,
            Clock.now - sentAt >= Exchange.longSilence
        {
            connection.end()
        }
        connection = nil
        sockets.handshakes.forget(handshake)
        releaseStandard()
        receiver = nil
        body.clear()
    }

    /// Before libcurl opens anything: the resolver's sockets and files, or those of a connection.
    private func holdStandard() {
        if !holdsStandard { holdsStandard = StandardDescriptors.hold() }
    }

    private func releaseStandard() {
        if holdsStandard { StandardDescriptors.release() }
        holdsStandard = false
    }

    /// Whether no more than one thing came over the connection since requests went over it, and nothing of an
    /// answer: what it was, is the first word of the server's after its part of the handshake.
    var heardOneThing: Bool {
        guard let connection else { return false }
        return headerBytes == 0 && connection.arrivals &- connection.arrivalsBeforeRequests <= 1
    }

    /// What the server's part of the handshake says that was last under way.
    let handshake = Handshake()

    /// Whether the server ended the handshake over the certificate, before anything was sent.
    private(set) var wasRefusedByHandshake = false

    /// The server did not read it: its handshake had failed.
    func takeBackRequest() { sends = 0 }

    /// libcurl's own account of what went wrong; may be empty.
    var errorMessage: String { PlainText.clean(String(cString: errorText)) }

    // MARK: - Options of one request

    /// The path is NUL-terminated and percent-encoded. (A proxy never sees it: none is used for what goes in
    /// the clear.)
    private func setTarget(_ path: [UInt8]) -> Bool {
        path.withUnsafeBufferPointer { path in
            path.withMemoryRebound(to: CChar.self) {
                easy.set(CURLOPT_REQUEST_TARGET, text: $0.baseAddress)
            }
        }
    }

    private func setFreshConnection(_ isFresh: Bool) -> Bool {
        if isFresh == isOnFreshConnection { return true }
        isOnFreshConnection = isFresh
        return easy.set(CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
    }

    private func setConnectTimeout(_ time: Milliseconds) -> Bool {
        if time == connectTimeout { return true }
        connectTimeout = time
        return easy.set(CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: time.count))
    }

    /// libcurl keeps the address and not a copy: `headers` keeps the list alive.
    private func setHeaders(_ list: HeaderList) -> Bool {
        if list === headers { return true }
        guard easy.set(CURLOPT_HTTPHEADER, pointer: list.lines) else { return false }
        headers = list
        return true
    }

    private func setMethod(_ method: HTTPRequest.Method) -> Bool {
        switch method {
        case .post(nil) where isEmptyPost:
            return true
        case .get:
            isEmptyPost = false
            requestBody = nil
            return easy.set(CURLOPT_HTTPGET, 1) && setDecoding(true)
        case .post(let body):
            isEmptyPost = false
            requestBody = body
            let isSet =
                easy.set(CURLOPT_POST, 1) && setDecoding(body != nil)
                && easy.set(CURLOPT_POSTFIELDSIZE, body?.count ?? 0)
                && setPostFields(body)
            isEmptyPost = isSet && body == nil
            return isSet
        }
    }

    /// Whether a compressed body is decoded, as far as libcurl can. The answer to a cancel needs no reading.
    private func setDecoding(_ isDecoding: Bool) -> Bool {
        easy.set(CURLOPT_ACCEPT_ENCODING, text: isDecoding ? emptyCText : nil)
    }

    private func setPostFields(_ body: Secret?) -> Bool {
        guard let body else { return easy.set(CURLOPT_POSTFIELDS, text: emptyCText) }
        // libcurl keeps the address and not a copy: `requestBody` keeps the secret alive.
        return body.withBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { easy.set(CURLOPT_POSTFIELDS, text: $0.baseAddress) }
        }
    }

    // MARK: - Callbacks

    private func setCallbacks() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return easy.set(CURLOPT_WRITEDATA, pointer: context)
            && easy.set(CURLOPT_HEADERDATA, pointer: context)
            && easy.set(CURLOPT_PREREQDATA, pointer: context)
            && easy.set(CURLOPT_PRIVATE, pointer: context)
            && easy.set(CURLOPT_OPENSOCKETDATA, pointer: context)
            && kc_easy_set_tls_function(
                easy.raw,
                { _, settings, context in
                    guard let settings else { return CURLE_SSL_CONNECT_ERROR }
                    Exchange.with(context) { $0.sockets.watch(settings, $0.handshake) }
                    return CURLE_OK
                }, context) == CURLE_OK
            && easy.set(CURLOPT_RESOLVER_START_DATA, pointer: context)
            && kc_easy_set_resolver_function(easy.raw) { _, _, context in
                Exchange.with(context) { $0.holdStandard() }
                return 0
            } == CURLE_OK
            && kc_easy_set_socket_function(easy.raw) { context, _, address in
                guard let context, let address else { return CURL_SOCKET_BAD }
                return Exchange.with(context) { $0.openSocket(address) }
            } == CURLE_OK
            && kc_easy_set_data_function(easy.raw, CURLOPT_WRITEFUNCTION) { data, size, count, context in
                Exchange.with(context) {
                    $0.receiveBody(UnsafeRawBufferPointer(start: data, count: size &* count))
                }
            } == CURLE_OK
            && kc_easy_set_data_function(easy.raw, CURLOPT_HEADERFUNCTION) { data, size, count, context in
                Exchange.with(context) {
                    $0.receiveHeader(UnsafeRawBufferPointer(start: data, count: size &* count))
                }
            } == CURLE_OK
            && (!seesHeadersFirst || easy.set(CURLOPT_HEADER, 1))
            && easy.set(CURLOPT_NOPROGRESS, 0)
            && easy.set(CURLOPT_XFERINFODATA, pointer: Unmanaged.passUnretained(sockets).toOpaque())
            && kc_easy_set_progress_function(easy.raw) { context, _, _, _, _ in
                guard let context else { return 0 }
                return Sockets.with(context) { $0.goesOn() } ? 0 : 1
            } == CURLE_OK
            && kc_easy_set_prerequest_function(easy.raw) { context, _, _, _, localPort in
                Exchange.with(context) { $0.mayBeginToSend(from: localPort) }
                    ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            } == CURLE_OK
    }

    /// The operation holds the exchange while libcurl calls back, so no reference is counted.
    private static func with<Output>(
        _ context: UnsafeMutableRawPointer!, _ body: (Exchange) -> Output
    ) -> Output {
        Unmanaged<Exchange>.fromOpaque(context)._withUnsafeGuaranteedRef(body)
    }

    /// libcurl sends a request again by itself when a kept connection turns out to be dead. It is let send
    /// once; what became of that is for the operation to find out.
    private func mayBeginToSend(from localPort: Int32) -> Bool {
        if sends == 0 {
            switch sockets.choice(localPort: localPort) {
            case .unfit:
                wasTurnedBack = true
                return false
            case .fit(let chosen):
                if isRefused(chosen) { return false }
                sockets.noteRequest(over: chosen)
                connection = chosen
                arrivalsBefore = chosen.arrivals
                sentAt = Clock.now
            case .unknown:
                break
            }
        }
        sends += 1
        releaseStandard()
        // A proxy may have said something already; what comes now is the service's.
        headerBytes = 0
        isInHeaders = true
        return sends == 1
    }

    /// Whether the server has refused the certificate that it asked for, or that there is none.
    private func isRefused(_ chosen: Connection) -> Bool {
        guard hasNewConnection else { return false }
        hasNewConnection = false
        sockets.handshakes.forget(handshake)
        guard handshake.asksForCertificate, handshake.endsWithOurs, !chosen.hadRequest else { return false }
        wasRefusedByHandshake = kc_poll_tls_alert(chosen.descriptor, Exchange.verdictMilliseconds) != 0
        sockets.callLimit.beginTimeAgain()
        return wasRefusedByHandshake
    }

    /// libcurl is about to make a connection.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        holdStandard()
        handshake.begin()
        hasNewConnection = true
        return sockets.openSocket(address)
    }

    /// Any number but the size ends the transfer.
    @inline(__always)
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        seesHeadersFirst && (isInHeaders || sends == 0) ? foreseeHeader(bytes) : keepBody(bytes)
    }

    @inline(never)
    private func keepBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        sockets.callLimit.count(bodyBytes: bytes.count)
        if let receiver, (200...299).contains(easy.status) { return pass(bytes, to: receiver) }
        if body.append(bytes, countMax: responseBytesMax) { return bytes.count }
        isTooLarge = true
        return bytes.count == 0 ? 1 : 0
    }

    private func pass(_ bytes: UnsafeRawBufferPointer, to receiver: BodyReceiver) -> Int {
        guard receiver.hasRoom else {
            isPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        if receiver.take(bytes) { return bytes.count }
        isTooLarge = true
        return bytes.count == 0 ? 1 : 0
    }

    /// Has an answer that waits come on, if its receiver has room.
    func resume() {
        guard isPaused, isInFlight, receiver?.hasRoom ?? false else { return }
        isPaused = false
        curl_easy_pause(easy.raw, CURLPAUSE_CONT)
    }

    /// A header line that libcurl is about to look at. One that goes on where there is nothing before it is
    /// not to be: it would be joined to a line of the answer that the handle had before, whose memory is
    /// freed (libcurl before 8.1.2). The answer is not HTTP's, and ends here.
    @inline(__always)
    private func foreseeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        if isAfterStatusLine {
            isMalformed = line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t")
            isAfterStatusLine = false
        }
        return isMalformed ? 0 : line.count
    }

    private func noteHeader(_ line: UnsafeRawBufferPointer) {
        switch line.first {
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"):
            isInHeaders = isInterim
        case UInt8(ascii: "H"):
            guard line.count > 5, let start = line.baseAddress, memcmp(start, cText("HTTP/"), 5) == 0
            else { return }
            isAfterStatusLine = true
            isInterim = StatusLine.isInterim(line)
        default: break
        }
    }

    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        if seesHeadersFirst { noteHeader(line) }
        if headerBytes == 0 { receiveStatusLine(line) }
        if !hasWholeHead, line.first == UInt8(ascii: "H"), !StatusLine.mayBe(line) {
            isMalformed = true
            return 0
        }
        if line.count <= 2, isBlank(line) { hasWholeHead = hasWholeHead || easy.status >= 200 }
        headerBytes += line.count
        if let first = line.first { headerInitials |= Exchange.initial(first) }
        if headerBytes <= Exchange.headerBytesMax { return line.count }
        isTooLarge = true
        return 0
    }

    private func isBlank(_ line: UnsafeRawBufferPointer) -> Bool {
        line.last == UInt8(ascii: "\n") && (line.count == 1 || line.first == UInt8(ascii: "\r"))
    }

    private func receiveStatusLine(_ line: UnsafeRawBufferPointer) {
        guard let connection else { return }
        let isHTTP2 = line.count >= 6 && line.baseAddress.map { memcmp($0, cText("HTTP/2"), 6) == 0 } ?? false
        wasHTTP2 = isHTTP2
        connection.isMultiplexed = isHTTP2
    }

    /// A bit for a letter, be it large or small. Bytes that share one cost a lookup, nothing else.
    private static func initial(_ byte: UInt8) -> UInt32 { 1 << UInt32(byte & 31) }
}

extension Exchange: TransportExchange {
    /// Headers are looked at only where they mean something: beside an error.
    package func withReply<Output>(_ read: (Reply) -> Output) -> Output {
        body.withBytes { body in
            var reply = Reply(status: easy.status, body: body)
            reply.isFromCache = isFromCache
            if !reply.isSuccess {
                reply.retryAfter = retryAfter
                reply.isPlainText = header("content-type", begins: "text/plain")
            }
            return read(reply)
        }
    }

    /// Whether the answer was kept for a while on the way (RFC 9111, 5.1).
    private var isFromCache: Bool {
        rawHeader("age").map { strtol($0, nil, 10) > 0 } ?? false
    }

    private var retryAfter: Milliseconds? {
        header("retry-after").flatMap { RetryAfter.parse($0, date: header("date"), wall: Clock.wall) }
    }

    /// None is documented; all help the service's support.
    package var requestIDs: [(name: StaticString, value: String)] {
        guard headerInitials & Exchange.initial(UInt8(ascii: "x")) != 0 else { return [] }
        let names: [StaticString] = [
            "x-request-id", "x-amzn-requestid", "x-amzn-trace-id", "x-amz-cf-id",
        ]
        return names.compactMap { name in header(name).map { (name, $0) } }
    }
}
