import CSystem
import KCaseHTTP
import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// KarmaCheck's service: where it is, and the requests it takes. The paths stand here and nowhere else.
package struct Service {
    /// "stage", "production" or "custom".
    package let environment: StaticString
    /// Scheme, host, port and perhaps a path, without a slash at the end.
    package let baseURL: [UInt8]
    /// What of it comes before every path.
    private let basePath: ArraySlice<UInt8>

    package init(environment: StaticString, baseURL: [UInt8]) {
        self.environment = environment
        self.baseURL = baseURL
        let slashes = baseURL.indices.filter { baseURL[$0] == UInt8(ascii: "/") }
        basePath = baseURL[(slashes.dropFirst(2).first ?? baseURL.endIndex)...]
    }

    /// The service's own worlds. The host name alone decides which it is: credentials look alike.
    package static var environments: [(word: StaticString, meaning: Service)] {
        [
            ("stage", Service(environment: "stage", baseURL: Array("https://api-stage.karmacheck.io".utf8))),
            (
                "production",
                Service(environment: "production", baseURL: Array("https://api.karmacheck.io".utf8))
            ),
        ]
    }

    /// Whether requests go in the clear, which they only may on this machine.
    package var isPlain: Bool { baseURL.starts(with: StaticString("http:").bytes) }

    package func cancel(_ caseID: CaseID, token: Secret) -> HTTPRequest {
        HTTPRequest(method: .post(nil), path: path("/case/id/", caseID.segment, "/cancel"), token: token)
    }

    package func read(_ caseID: CaseID, token: Secret) -> HTTPRequest {
        HTTPRequest(method: .get, path: path("/case/id/", caseID.segment), token: token)
    }

    /// The cases of the token's group: those that are not archived, or all of them. Both are in one answer,
    /// however many they are.
    func list(archived: Bool, token: Secret, receiver: BodyReceiver) -> HTTPRequest {
        let path = path(archived ? "/case/list/all" : "/case/list")
        return HTTPRequest(method: .get, path: path, token: token, receiver: receiver)
    }

    /// Cancels these of the services; nil where memory is lacking.
    package func cancel(
        _ part: CasePart, _ wanted: ServiceSet, of caseID: CaseID, token: Secret
    ) -> HTTPRequest? {
        var body = JSONWriter()
        body.beginObject()
        body.beginArray("serviceIds")
        for (place, id) in part.serviceIDs.enumerated() where wanted.contains(place) { body.add(id.text) }
        body.endArray()
        body.endObject()
        let path = path("/case/id/", caseID.segment, "/services/cancel")
        return body.seal().map { HTTPRequest(method: .post($0), path: path, token: token) }
    }

    package func readServices(_ part: CasePart, of caseID: CaseID, token: Secret) -> HTTPRequest? {
        guard let type = part.serviceTypeID else { return nil }
        let segments = caseID.segment + StaticString("/data/").bytes + type.segment
        return HTTPRequest(method: .get, path: path("/case/id/", segments), token: token)
    }

    package func cancelSearch(_ part: CasePart, of caseDataID: CaseID, token: Secret) -> HTTPRequest? {
        guard let search = part.searchID else { return nil }
        let segments = caseDataID.segment + StaticString("/search/id/").bytes + search.segment
        return HTTPRequest(
            method: .post(nil), path: path("/case/data/id/", segments, "/cancel"), token: token)
    }

    /// A small list that every token may read: its status says whether the token is good.
    package func probe(token: Secret) -> HTTPRequest {
        HTTPRequest(method: .get, path: path("/package/min/list"), token: token)
    }

    /// nil where memory is lacking.
    package func mint(_ pair: KeyPair) -> HTTPRequest? {
        var body = JSONWriter()
        body.beginObject()
        body.set("apiKey", pair.apiKey)
        body.set("clientAccessToken", pair.clientAccessToken)
        body.endObject()
        return body.seal().map { HTTPRequest(method: .post($0), path: path("/auth/api"), token: nil) }
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
