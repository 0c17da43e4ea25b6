import KCaseSystem

/// Where the service is, and what a client shows to be let in. A class, since every operation refers to one.
package final class Account {
    package let service: Service
    package let credentials: Credentials

    package init(_ service: Service, _ credentials: Credentials) {
        self.service = service
        self.credentials = credentials
    }
}

/// What the library may show to be let in.
package enum Credentials {
    /// A token that somebody else minted.
    case token(Secret)
    /// What a token is minted from.
    case pair(KeyPair)

    package static let tokenBytesMax = 16_384
    package static let keyBytesMax = 1024

    /// A token goes into a header line as it is: printable ASCII, no spaces.
    package static func isToken(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        (1...tokenBytesMax).contains(bytes.count) && bytes.allSatisfy(ASCII.isVisible)
    }

    /// A key goes into a JSON text: no control characters.
    package static func isKey(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        !bytes.contains(where: ASCII.isControl)
    }

    /// The token that was given, if one was.
    package var givenToken: Secret? {
        if case .token(let token) = self { token } else { nil }
    }

    package var canMint: Bool {
        if case .pair = self { true } else { false }
    }

    package var secrets: [Secret] {
        switch self {
        case .token(let token): [token]
        case .pair(let pair): [pair.apiKey, pair.clientAccessToken]
        }
    }
}

/// The partner's key, and the secret that opens one group of one company (POST /auth/api).
package struct KeyPair {
    let apiKey: Secret
    let clientAccessToken: Secret

    package init(apiKey: Secret, clientAccessToken: Secret) {
        self.apiKey = apiKey
        self.clientAccessToken = clientAccessToken
    }
}
