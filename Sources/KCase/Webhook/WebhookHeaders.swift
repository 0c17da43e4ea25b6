import KCaseJSON
import KCaseSystem

/// The headers of a message that count, as the host received them. Anybody may have sent them: what is odd
/// about a value is the sender's fault, and never the host's.
package struct WebhookHeaders {
    /// A header that is to be given once.
    enum Single {
        case none
        case one(Secret)
        case several
    }

    private(set) var id = Single.none
    private(set) var timestamp = Single.none
    private(set) var authorization = Single.none
    /// A signature's line holds several, and a message may have several lines.
    private(set) var signatures: [Secret] = []

    private static let bytesMax = 262_144

    /// {"name": "value", ...}; the letter case of names does not count. What came more than once is an array.
    package init(_ given: GivenText) throws(InvalidInput) {
        guard let text = try given.bytes("headers", bytesMax: WebhookHeaders.bytesMax) else {
            throw InvalidInput("headers: must not be NULL")
        }
        let document = try ObjectReader.document(text, "headers", bytesMax: WebhookHeaders.bytesMax)
        guard document.root.isObject else { throw InvalidInput("headers", "must be a JSON object") }
        var areTexts = true
        document.root.forEachMember { name, value in
            if value.isArray {
                value.forEachElement { element in
                    areTexts = take(name, element)
                    return areTexts
                }
            } else {
                areTexts = take(name, value)
            }
            return areTexts
        }
        guard areTexts else {
            throw InvalidInput("headers", "each must be a string, or an array of strings")
        }
    }

    /// False if the value is no text.
    private mutating func take(_ name: UnsafeBufferPointer<UInt8>, _ value: JSONValue) -> Bool {
        guard let secret = value.withString({ Secret(copying: $0) }) else { return false }
        func isNamed(_ other: StaticString) -> Bool { ASCII.equalIgnoringCase(name, other.bytes) }
        if isNamed("webhook-id") {
            id.add(secret)
        } else if isNamed("webhook-timestamp") {
            timestamp.add(secret)
        } else if isNamed("webhook-signature") {
            signatures.append(secret)
        } else if isNamed("authorization") {
            authorization.add(secret)
        }
        return true
    }
}

extension WebhookHeaders.Single {
    fileprivate mutating func add(_ value: Secret) {
        if case .none = self { self = .one(value) } else { self = .several }
    }

    var value: Secret? {
        if case .one(let value) = self { value } else { nil }
    }
}
