/// Takes secrets out of texts that came from outside: a server or a proxy may echo what it was shown.
struct Redactor {
    private let secrets: [Secret]
    /// Shorter ones are no secrets, and would take ordinary words apart.
    private static let leastBytes = 4

    init(_ secrets: [Secret]) {
        self.secrets = secrets.filter { $0.count >= Redactor.leastBytes }
    }

    func clean(_ text: String) -> String {
        var bytes = Array(text.utf8)
        var isChanged = false
        for secret in secrets {
            while let start = secret.withBytes({ Redactor.find($0, in: bytes) }) {
                bytes.replaceSubrange(start..<(start + secret.count), with: "***".utf8)
                isChanged = true
            }
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    private static func find(_ secret: UnsafeBufferPointer<UInt8>, in text: [UInt8]) -> Int? {
        guard let first = secret.first, text.count >= secret.count else { return nil }
        for start in 0...(text.count - secret.count) where text[start] == first {
            if text[start..<(start + secret.count)].elementsEqual(secret) { return start }
        }
        return nil
    }
}
