import CSystem
import KCaseSystem

/// Signatures by the scheme of Standard Webhooks: HMAC-SHA256 over id.timestamp.body, with the headers' own
/// bytes. A timestamp that is printed anew would let "+1" pass for "1".
struct WebhookSignature {
    /// What was signed; nil where memory is lacking.
    private let signed: Secret

    /// nil if there is no id or no timestamp that can have been signed: neither holds a full stop, which
    /// separates the parts.
    init?(_ id: Secret, _ timestamp: Secret, _ body: UnsafeBufferPointer<UInt8>) {
        guard WebhookSignature.isPart(id, bytesMax: 256),
            WebhookSignature.isPart(timestamp, bytesMax: 32)
        else { return nil }
        signed = id.withBytes { id in
            timestamp.withBytes { timestamp in
                let stop = StaticString(".").bytes
                return Secret(joining: [id, stop, timestamp, stop, body])
            }
        }
    }

    private static func isPart(_ part: Secret, bytesMax: Int) -> Bool {
        part.withBytes { bytes in
            (1...bytesMax).contains(bytes.count)
                && bytes.allSatisfy { ASCII.isVisible($0) && $0 != UInt8(ascii: ".") }
        }
    }

    enum Match {
        case found
        case none
        /// There is no libcrypto on this machine.
        case unavailable
    }

    /// Whether any signature of the lines is right by any of the keys. All of them are looked at, whichever
    /// is right: how long that takes tells nobody how near a guess came.
    func match(_ lines: [Secret], _ keys: [Secret]) -> Match {
        var isFound = false
        for key in keys {
            let code = signed.withBytes { signed in key.withBytes { SHA256.code(signed, key: $0) } }
            guard let code else { return .unavailable }
            let expected = StaticString("v1,").bytes + Base64.encode(code)
            for line in lines {
                line.withBytes { line in
                    for candidate in line.split(separator: UInt8(ascii: " ")) {
                        let candidate = UnsafeBufferPointer(rebasing: candidate)
                        let isEqual = expected.withUnsafeBufferPointer { ConstantTime.equal(candidate, $0) }
                        isFound = isEqual || isFound
                    }
                }
            }
        }
        return isFound ? .found : .none
    }
}

enum ConstantTime {
    /// How long it takes depends on the lengths alone.
    static func equal(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        return kc_differences(one.baseAddress, other.baseAddress, one.count) == 0
    }
}
