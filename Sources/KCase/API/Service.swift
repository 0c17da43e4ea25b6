import CSystem

/// KarmaCheck's service: where it is, and the requests it takes. The paths stand here and nowhere else.
struct Service {
    /// "stage", "production" or "custom".
    let environment: StaticString
    /// Scheme, host, port and perhaps a path, without a slash at the end.
    let baseURL: [UInt8]
    /// What of it comes before every path.
    private let basePath: ArraySlice<UInt8>

    init(environment: StaticString, baseURL: [UInt8]) {
        self.environment = environment
        self.baseURL = baseURL
        let slashes = baseURL.indices.filter { baseURL[$0] == UInt8(ascii: "/") }
        basePath = baseURL[(slashes.dropFirst(2).first ?? baseURL.endIndex)...]
    }

    /// The service's own worlds. The host name alone decides which it is: credentials look alike.
    static var environments: [(word: StaticString, meaning: Service)] {
        [
            ("stage", Service(environment: "stage", baseURL: Array("https://api-stage.karmacheck.io".utf8))),
            (
                "production",
                Service(environment: "production", baseURL: Array("https://api.karmacheck.io".utf8))
            ),
        ]
    }

    /// Whether requests go in the clear, which they only may on this machine.
    var isPlain: Bool { baseURL.starts(with: StaticString("http:").bytes) }

    func cancel(_ caseID: CaseID) -> HTTPRequest {
        HTTPRequest(method: .post(nil), path: path("/case/id/", caseID.segment, "/cancel"))
    }

    func read(_ caseID: CaseID) -> HTTPRequest {
        HTTPRequest(method: .get, path: path("/case/id/", caseID.segment))
    }

    /// A small list that every token may read: its status says whether the token is good.
    func probe() -> HTTPRequest {
        HTTPRequest(method: .get, path: path("/package/min/list"))
    }

    /// nil for want of memory.
    func mint(_ pair: KeyPair) -> HTTPRequest? {
        let body = JSONObject()
        body.set("apiKey", pair.apiKey)
        body.set("clientAccessToken", pair.clientAccessToken)
        return body.seal().map { HTTPRequest(method: .post($0), path: path("/auth/api")) }
    }

    private func path(
        _ prefix: StaticString, _ segment: [UInt8] = [], _ suffix: StaticString = ""
    ) -> [UInt8] {
        let count =
            basePath.count + prefix.utf8CodeUnitCount + segment.count + suffix.utf8CodeUnitCount + 1
        return [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            func append(_ part: UnsafeBufferPointer<UInt8>) {
                guard let source = part.baseAddress, let start = room.baseAddress else { return }
                memcpy(start + filled, source, part.count)
                filled += part.count
            }
            basePath.withUnsafeBufferPointer(append)
            append(prefix.bytes)
            segment.withUnsafeBufferPointer(append)
            append(suffix.bytes)
            room[filled] = 0
            filled += 1
        }
    }
}

struct HTTPRequest {
    enum Method {
        case get
        /// With a JSON body, or none.
        case post(Secret?)
    }

    let method: Method
    /// NUL-terminated and percent-encoded.
    let path: [UInt8]
}
