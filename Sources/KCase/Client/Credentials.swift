/// What the library may show to be let in.
enum Credentials {
    /// A token that somebody else minted.
    case token(Secret)
    /// What a token is minted from.
    case pair(KeyPair)

    /// A token goes into a header line as it is: printable ASCII, no spaces.
    static func isToken(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        (1...16_384).contains(bytes.count) && bytes.allSatisfy(ASCII.isVisible)
    }

    /// A key goes into a JSON text: no control characters.
    static func isKey(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        !bytes.contains(where: ASCII.isControl)
    }

    var canMint: Bool {
        if case .pair = self { true } else { false }
    }

    var secrets: [Secret] {
        switch self {
        case .token(let token): [token]
        case .pair(let pair): [pair.apiKey, pair.clientAccessToken]
        }
    }
}

/// The partner's key, and the secret that opens one group of one company (POST /auth/api).
struct KeyPair {
    let apiKey: Secret
    let clientAccessToken: Secret
}
