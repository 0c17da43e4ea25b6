/// Takes secrets out of texts that came from outside: a server or a proxy may echo what it was shown.
struct Redactor {
    private let secrets: [Secret]
    /// Shorter ones are no secrets, and would take ordinary words apart.
    private static let leastBytes = 4

    init(_ secrets: [Secret]) {
        self.secrets = secrets
    }

    func clean(_ text: String) -> String {
        var text = text
        guard text.withUTF8({ bytes in secrets.contains { Redactor.find($0, in: bytes) != nil } }) else {
            return text
        }
        var bytes = Array(text.utf8)
        for secret in secrets {
            while let start = bytes.withUnsafeBufferPointer({ Redactor.find(secret, in: $0) }) {
                bytes.replaceSubrange(start..<(start + secret.count), with: "***".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func find(_ secret: Secret, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        secret.withBytes { secret in
            guard let first = secret.first, secret.count >= leastBytes, text.count >= secret.count else {
                return nil
            }
            return (0...(text.count - secret.count)).first { start in
                text[start] == first && text[start..<(start + secret.count)].elementsEqual(secret)
            }
        }
    }
}
