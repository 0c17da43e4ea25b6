import KCaseKarmaCheck
import KCaseSystem

/// A message that somebody posted to the host: whether the service sent it, and what it says.
package struct Webhook {
    /// Why it is not believed.
    package enum Doubt {
        case noSignature
        case wrongSignature
        case wrongTime
        case wrongCredentials
    }

    package enum Judgment {
        case genuine(WebhookEvent)
        case doubtful(Doubt)
        /// There is no libcrypto on this machine, or no memory.
        case undecided
    }

    private let body: UnsafeBufferPointer<UInt8>
    private let headers: WebhookHeaders
    private let secrets: WebhookSecrets
    private let options: WebhookOptions

    package init(
        _ body: UnsafeBufferPointer<UInt8>, _ headers: WebhookHeaders, _ secrets: WebhookSecrets,
        _ options: WebhookOptions
    ) {
        self.body = body
        self.headers = headers
        self.secrets = secrets
        self.options = options
    }

    /// `now` is when the host received the message, where the options do not say.
    package func judge(now: WallTime) -> Judgment {
        if !secrets.signingKeys.isEmpty {
            switch signature() {
            case .found: break
            case .none: return .doubtful(headers.signatures.isEmpty ? .noSignature : .wrongSignature)
            case .unavailable: return .undecided
            }
            // The signature comes first: only of a message that the service signed is it told that it is old.
            guard let sent = timestamp, options.allows(sent: sent, now: now) else {
                return .doubtful(.wrongTime)
            }
        }
        let reading = EventReading(body)
        if let credentials = secrets.credentials,
            !WebhookCredentials.areRight(credentials, headers.authorization.value, reading)
        {
            return .doubtful(.wrongCredentials)
        }
        return .genuine(WebhookEvent(id: id, timestamp: timestamp, reading))
    }

    private func signature() -> WebhookSignature.Match {
        guard let id = headers.id.value, let timestamp = headers.timestamp.value,
            let signature = WebhookSignature(id, timestamp, body)
        else { return .none }
        return signature.match(headers.signatures, secrets.signingKeys)
    }

    /// Decimal digits, the first of them no zero, and nothing else.
    private var timestamp: Int64? {
        headers.timestamp.value?.withBytes { digits in
            guard (1...12).contains(digits.count), digits.allSatisfy(ASCII.isDigit),
                digits.first != UInt8(ascii: "0")
            else { return nil }
            return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
    }

    private var id: String? {
        headers.id.value?.withBytes { bytes in
            (1...256).contains(bytes.count) && bytes.allSatisfy(ASCII.isVisible)
                ? String(decoding: bytes, as: UTF8.self) : nil
        }
    }
}

/// What a genuine message says.
package struct WebhookEvent {
    /// The same for every delivery of one message: for the host to know it again.
    package let id: String?
    /// When it was sent: seconds since 1970.
    package let timestamp: Int64?
    /// nil if the body cannot be read.
    package let reading: EventReading?

    init(id: String?, timestamp: Int64?, _ reading: EventReading?) {
        self.id = id ?? reading?.messageID
        self.timestamp = timestamp
        self.reading = reading
    }
}
