import CSystem
import KCaseSystem

/// Takes secrets out of texts that came from outside: a server or a proxy may echo what it was shown.
struct Redactor {
    private let secrets: [Secret]
    /// Shorter ones are no secrets, and would take ordinary words apart.
    private static let bytesMin = 4

    init(_ secrets: [Secret]) {
        // The longest first: one that begins another must not uncover the rest of it.
        self.secrets = Redactor.longestFirst(secrets)
    }

    /// There are a few of them, so the simplest way of sorting is the best.
    private static func longestFirst(_ secrets: [Secret]) -> [Secret] {
        var sorted = secrets
        for end in sorted.indices {
            var place = end
            while place > 0, sorted[place - 1].count < sorted[place].count {
                sorted.swapAt(place - 1, place)
                place -= 1
            }
        }
        return sorted
    }

    func clean(_ text: String) -> String {
        var text = text
        let isSuspect = text.withUTF8 { bytes in
            secrets.contains { Redactor.isIn(bytes, $0) || Echo.mayHold($0, bytes) }
        }
        return isSuspect ? withoutEchoes(withoutWholes(text)) : text
    }

    /// Without what a text has of a secret in part or in another form.
    private func withoutEchoes(_ text: String) -> String {
        var text = text
        let found = text.withUTF8 { bytes in secrets.flatMap { Echo.ranges($0, in: bytes) } }
        guard !found.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var isMasked = Array(repeating: false, count: bytes.count)
        for range in found { for place in range { isMasked[place] = true } }
        var cleaned: [UInt8] = []
        for place in bytes.indices {
            if !isMasked[place] {
                cleaned.append(bytes[place])
            } else if place == 0 || !isMasked[place - 1] {
                cleaned += Array("***".utf8)
            }
        }
        return String(decoding: cleaned, as: UTF8.self)
    }

    private func withoutWholes(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for secret in secrets {
            while let start = bytes.withUnsafeBufferPointer({ Redactor.find(secret, in: $0) }) {
                bytes.replaceSubrange(start..<(start + secret.count), with: "***".utf8)
            }
            if let range = bytes.withUnsafeBufferPointer({ Redactor.findCut(secret, in: $0) }) {
                bytes.replaceSubrange(range, with: "***".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isIn(_ text: UnsafeBufferPointer<UInt8>, _ secret: Secret) -> Bool {
        find(secret, in: text) != nil || findCut(secret, in: text) != nil
    }

    /// Where the text ends with the beginning of the secret: texts are cut to a length before they come here.
    private static func findCut(_ secret: Secret, in text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        let ellipsis = StaticString("…").bytes
        let isCut =
            text.count >= ellipsis.count && text[(text.count - ellipsis.count)...].elementsEqual(ellipsis)
        let end = isCut ? text.count - ellipsis.count : text.count
        return secret.withBytes { secret in
            let longest = min(secret.count, end)
            guard longest >= bytesMin, let first = secret.first, let base = text.baseAddress else {
                return nil
            }
            var start = end - longest
            while start <= end - bytesMin,
                let found = memchr(base + start, Int32(first), end - bytesMin + 1 - start)
            {
                start = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                if text[start..<end].elementsEqual(secret.prefix(end - start)) { return start..<end }
                start += 1
            }
            return nil
        }
    }

    private static func find(_ secret: Secret, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        secret.withBytes { secret in
            secret.count >= bytesMin ? ByteSearch.firstIndex(of: secret, in: text) : nil
        }
    }
}
