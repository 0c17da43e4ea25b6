import CCurl
import CSystem

/// One request and its answer; used again for the next. Wraps a libcurl easy handle.
final class Exchange {
    let easy: UnsafeMutableRawPointer
    /// What the exchange is for, as whoever began it counts.
    var owner = 0
    private let address: RequestAddress
    private let sockets: Sockets
    private let responseBytesMax: Int
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers: HeaderList?
    private var requestBody: Secret?
    /// Whether the handle is set to an empty POST already: most requests are one.
    private var isEmptyPost = false
    private var connectTimeout: Milliseconds = 0
    private var isOnFreshConnection = false
    private var body = ByteBuffer()
    private var headerBytes = 0
    /// The first letters of the header lines that came, one bit each.
    private var headerInitials: UInt32 = 0
    /// How often libcurl was about to send the request.
    private var sends = 0
    private(set) var isTooLarge = false
    /// Whether there is anything to hold a server's certificate against.
    private(set) var hasAuthorities = true
    private var connection: Connection?
    private var isUnderWay = false
    /// How often something had come over the connection, and when, as the request was sent.
    private var arrivalsBefore: UInt = 0
    private var sentAt: Milliseconds = 0
    /// After which a connection that says nothing at all is given up.
    private static let longSilence: Milliseconds = 500
    /// Whether the connection that libcurl chose was not fit: nothing was sent over it.
    private(set) var wasTurnedBack = false

    /// All header lines of an answer together.
    private static let headerBytesMax = 262_144

    /// nil for want of memory.
    static func make(_ settings: TransportSettings, _ manner: Session.Manner, _ sockets: Sockets) -> Exchange?
    {
        guard let easy = curl_easy_init() else { return nil }
        guard let address = RequestAddress(settings.baseURL) else {
            curl_easy_cleanup(easy)
            return nil
        }
        let exchange = Exchange(easy, address, settings, sockets)
        return exchange.configure(settings, manner) && sockets.serve(easy) ? exchange : nil
    }

    private init(
        _ easy: UnsafeMutableRawPointer, _ address: consuming RequestAddress, _ settings: TransportSettings,
        _ sockets: Sockets
    ) {
        self.easy = easy
        self.address = address
        self.sockets = sockets
        responseBytesMax = settings.responseBytesMax
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        body.clear()
        errorText.deallocate()
    }

    /// Makes ready for a request. False for want of memory.
    func prepare(_ request: HTTPRequest, _ headers: HeaderList, connectTimeout: Milliseconds) -> Bool {
        reset()
        return setFreshConnection(false) && address.setPath(request.path)
            && setPointer(CURLOPT_CURLU, address.raw)
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
        wasTurnedBack = false
        wasHTTP2 = nil
        isUnderWay = true
        errorText.pointee = 0
    }

    // MARK: - What came of it

    var wasSent: Bool { sends > 0 }

    /// Whether libcurl wanted to send the request a second time, and was kept from it.
    var wasReplayPrevented: Bool { sends > 1 }

    var status: Int32 {
        var code = 0
        return kc_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK
            ? Int32(truncatingIfNeeded: code) : 0
    }

    /// A header of the final answer, as text without control characters.
    func header(_ name: StaticString, mostBytes: Int = 256) -> String? {
        guard let value = rawHeader(name) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: value, count: boundedLength(value, most: mostBytes))
        return PlainText.clean(String(decoding: bytes, as: UTF8.self), mostBytes: mostBytes)
    }

    private func rawHeader(_ name: StaticString) -> UnsafePointer<CChar>? {
        // Most of what is asked for never comes; to learn that from libcurl takes a walk over all lines.
        guard headerInitials & Exchange.initial(name.utf8Start.pointee) != 0 else { return nil }
        var found: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, cText(name), 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK
        else { return nil }
        return UnsafePointer(found?.pointee.value)
    }

    /// Whether the final answer has the header, and its value begins so.
    func header(_ name: StaticString, begins start: StaticString) -> Bool {
        guard let value = rawHeader(name) else { return false }
        return strncmp(value, cText(start), start.utf8CodeUnitCount) == 0
    }

    func withBody<Output>(_ read: (UnsafeBufferPointer<UInt8>) -> Output) -> Output {
        body.withBytes(read)
    }

    /// Whether the answer came over HTTP/2; nil if none came.
    private(set) var wasHTTP2: Bool?

    /// libcurl has ended it.
    func finish(_ code: CURLcode) {
        isUnderWay = false
        if code != CURLE_OK { connection?.doubt() }
    }

    /// Forgets the answer, which may hold a secret, or what concerns a person.
    func forget() {
        if isUnderWay, let connection, connection.arrivals == arrivalsBefore,
            Clock.now - sentAt >= Exchange.longSilence
        {
            connection.end()
        }
        connection = nil
        body.clear()
    }

    /// libcurl's own account of what went wrong; may be empty.
    var errorMessage: String { PlainText.clean(String(cString: errorText)) }

    // MARK: - Options

    private func configure(_ settings: TransportSettings, _ manner: Session.Manner) -> Bool {
        setLong(CURLOPT_NOSIGNAL, 1)
            && setLong(CURLOPT_QUICK_EXIT, 1)
            && setText(CURLOPT_PROTOCOLS_STR, cText("https,http"))
            && setLong(
                CURLOPT_HTTP_VERSION,
                Int(manner.offersHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
            // Rather one more stream of a connection than one more connection.
            && setLong(CURLOPT_PIPEWAIT, manner.offersHTTP2 ? 1 : 0)
            && setLong(CURLOPT_FOLLOWLOCATION, 0)
            && setLong(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
            && setLong(CURLOPT_SSL_VERIFYPEER, 1)
            && setLong(CURLOPT_SSL_VERIFYHOST, 2)
            && setString(CURLOPT_USERAGENT, settings.userAgent)
            && setPointer(CURLOPT_ERRORBUFFER, errorText)
            && setCallbacks()
            && setProxy(settings.proxy)
            && setAuthorities(settings.authoritiesFile)
            && setString(CURLOPT_SSLCERT, settings.certificateFile)
            && setString(CURLOPT_SSLKEY, settings.keyFile)
    }

    private func setFreshConnection(_ isFresh: Bool) -> Bool {
        if isFresh == isOnFreshConnection { return true }
        isOnFreshConnection = isFresh
        return setLong(CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
    }

    private func setConnectTimeout(_ time: Milliseconds) -> Bool {
        if time == connectTimeout { return true }
        connectTimeout = time
        return setLong(CURLOPT_CONNECTTIMEOUT_MS, Int(time))
    }

    /// libcurl keeps the address and not a copy: `headers` keeps the list alive.
    private func setHeaders(_ list: HeaderList) -> Bool {
        if list === headers { return true }
        guard list.lines != nil, setPointer(CURLOPT_HTTPHEADER, list.lines) else { return false }
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
            return setLong(CURLOPT_HTTPGET, 1)
        case .post(let body):
            isEmptyPost = false
            requestBody = body
            let isSet =
                setLong(CURLOPT_POST, 1)
                && setLong(CURLOPT_POSTFIELDSIZE, body?.count ?? 0)
                && setPostFields(body)
            isEmptyPost = isSet && body == nil
            return isSet
        }
    }

    private func setPostFields(_ body: Secret?) -> Bool {
        guard let body else { return setText(CURLOPT_POSTFIELDS, emptyCText) }
        // libcurl keeps the address and not a copy: `requestBody` keeps the secret alive.
        return body.withBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { setText(CURLOPT_POSTFIELDS, $0.baseAddress) }
        }
    }

    /// The file that is given, or the system's, and then no folder beside it: a folder would add its authorities to a
    /// given file's, and has libcurl read the system's file anew for every connection.
    private func setAuthorities(_ given: String?) -> Bool {
        guard let file = given ?? AuthoritiesFile.system else {
            hasAuthorities = TransportInfo().authoritiesPath != nil
            return true
        }
        return setString(CURLOPT_CAINFO, file) && setText(CURLOPT_CAPATH, nil)
            && setString(CURLOPT_PROXY_CAINFO, file) && setText(CURLOPT_PROXY_CAPATH, nil)
    }

    private func setProxy(_ proxy: Proxy) -> Bool {
        switch proxy {
        case .environment:
            return true
        case .none:
            // Empty texts: no proxy, and no exceptions, whatever the environment says.
            return setText(CURLOPT_PROXY, emptyCText) && setText(CURLOPT_NOPROXY, emptyCText)
        case .address(let address):
            return address.url.withBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) { setText(CURLOPT_PROXY, $0.baseAddress) }
            } && setText(CURLOPT_NOPROXY, emptyCText)
        }
    }

    private func setString(_ option: CURLoption, _ value: String?) -> Bool {
        guard let value else { return true }
        return value.withCString { setText(option, $0) }
    }

    private func setLong(_ option: CURLoption, _ value: Int) -> Bool {
        kc_easy_set_long(easy, option, value) == CURLE_OK
    }

    private func setText(_ option: CURLoption, _ value: UnsafePointer<CChar>?) -> Bool {
        kc_easy_set_text(easy, option, value) == CURLE_OK
    }

    private func setPointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) -> Bool {
        kc_easy_set_pointer(easy, option, value) == CURLE_OK
    }

    // MARK: - Callbacks

    private func setCallbacks() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return setPointer(CURLOPT_WRITEDATA, context) && setPointer(CURLOPT_HEADERDATA, context)
            && setPointer(CURLOPT_PREREQDATA, context) && setPointer(CURLOPT_PRIVATE, context)
            && kc_easy_set_data_function(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
                Exchange.with(context) {
                    $0.receiveBody(UnsafeRawBufferPointer(start: data, count: size &* count))
                }
            } == CURLE_OK
            && kc_easy_set_data_function(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
                Exchange.with(context) {
                    $0.receiveHeader(UnsafeRawBufferPointer(start: data, count: size &* count))
                }
            } == CURLE_OK
            && kc_easy_set_prerequest_function(easy) { context, _, _, _, localPort in
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
                sockets.noteRequest(over: chosen)
                connection = chosen
                arrivalsBefore = chosen.arrivals
                sentAt = Clock.now
            case .unknown:
                break
            }
        }
        sends += 1
        // A proxy may have said something already; what comes now is the service's.
        headerBytes = 0
        return sends == 1
    }

    /// Any number but the size ends the transfer.
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if body.append(bytes, most: responseBytesMax) { return bytes.count }
        isTooLarge = true
        return bytes.count == 0 ? 1 : 0
    }

    private func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        if headerBytes == 0 { receiveStatusLine(line) }
        headerBytes += line.count
        if let first = line.first { headerInitials |= Exchange.initial(first) }
        if headerBytes <= Exchange.headerBytesMax { return line.count }
        isTooLarge = true
        return 0
    }

    private func receiveStatusLine(_ line: UnsafeRawBufferPointer) {
        guard let connection else { return }
        let isHTTP2 = line.starts(with: StaticString("HTTP/2").bytes)
        wasHTTP2 = isHTTP2
        connection.isMultiplexed = isHTTP2
    }

    /// A bit for a letter, be it large or small. Bytes that share one cost a look-up, nothing else.
    private static func initial(_ byte: UInt8) -> UInt32 { 1 << UInt32(byte & 31) }
}

extension Exchange: WireExchange {
    /// Headers are looked at only where they mean something: beside an error.
    func withReply<Output>(_ read: (Reply) -> Output) -> Output {
        let status = status
        let isError = !(200...299).contains(status)
        let asked = isError ? retryAfter : nil
        let isPlainText = isError && header("content-type", begins: "text/plain")
        return withBody { body in
            read(Reply(status: status, retryAfter: asked, isPlainText: isPlainText, body: body))
        }
    }

    private var retryAfter: Milliseconds? {
        header("retry-after").flatMap { RetryAfter.parse($0, date: header("date"), wall: Clock.wall) }
    }

    /// None is documented; all help the service's support.
    var requestIDs: [(name: StaticString, value: String)] {
        let names: [StaticString] = [
            "x-request-id", "x-amzn-requestid", "x-amzn-trace-id", "x-amz-cf-id",
        ]
        return names.compactMap { name in header(name).map { (name, $0) } }
    }
}
