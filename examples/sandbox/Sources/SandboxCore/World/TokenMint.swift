/// Makes tokens of the documented shape: a JWT without an expiry. The signature is made of random
/// bytes, since nobody but the sandbox has to recognize one.
enum TokenMint {
    struct Token {
        let id: String
        let text: String
    }

    static func mint(at now: Stamp, using random: inout SplitMix64) -> Token {
        let id = uuid(using: &random)
        let header: JSON = ["alg": "HS256", "typ": "JWT"]
        let claims: JSON = [
            "sub": .string(username),
            "jti": .string(id),
            "groupProfileId": .string(Group.home.id),
            "companyId": .string(Company.id),
            "groupName": .string(Group.home.name),
            "companyName": .string(Company.name),
            "isInternal": 0,
            "isAdmin": 0,
            "iat": .integer(Int(now.milliseconds / 1_000)),
        ]
        let signature = (0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let parts = [header.utf8, claims.utf8, signature].map(base64URL)
        return Token(id: id, text: parts.joined(separator: "."))
    }

    /// The client user that the API makes at a pair's first use and names again ever after.
    static let username = "sandbox-api-5e0c6a7e"

    private static func uuid(using random: inout SplitMix64) -> String {
        let high = random.next()
        let low = random.next()
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value & (1 << (4 * UInt64(digits)) - 1), radix: 16)
            return String(repeating: "0", count: digits - text.utf8.count) + text
        }
        return hex(high >> 32, 8) + "-" + hex(high >> 16, 4) + "-4" + hex(high, 3) + "-"
            + hex(0x8000 | (low >> 48 & 0x3fff), 4) + "-" + hex(low, 12)
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        let alphabet = Array((letters + "0123456789-_").utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for index in 0...group.count {
                text.append(alphabet[Int(bits >> UInt32(18 - 6 * index) & 0x3f)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
