import CSystem
import KCaseJSON
import KCaseSystem

/// What the host knows, and only the service knows beside it. Everything that is given is demanded: a second
/// kind of proof never makes up for the first.
package struct WebhookSecrets {
    /// The keys of signatures; several while one takes another's place. Empty: messages are not signed.
    let signingKeys: [Secret]
    /// nil: messages carry none.
    let credentials: (username: Secret, password: Secret)?

    /// What must not appear in a result.
    package let all: [Secret]

    private static let bytesMax = 65_536
    private static let signingKeysMax = 16
    private static let credentialsBytesMax = 1024
    private static var prefix: StaticString { "whsec_" }
    /// What the scheme allows for a key, decoded.
    private static let keyBytes = 24...64

    private static var keys: [StaticString] { ["signing_secrets", "username", "password"] }

    /// An empty or short secret would make anybody's message a genuine one, so it is refused at once.
    package init(_ given: GivenText) throws(InvalidInput) {
        guard let text = try given.bytes("secrets", bytesMax: WebhookSecrets.bytesMax) else {
            throw InvalidInput("secrets: must not be NULL")
        }
        let reader = try ObjectReader(
            text, name: "secrets", bytesMax: WebhookSecrets.bytesMax, keys: WebhookSecrets.keys)
        // A secret that was not found where it was looked up must not be one that is not demanded.
        for key in WebhookSecrets.keys { try reader.refuseNull(key) }
        var shown: [Secret] = []
        signingKeys =
            try reader.secrets("signing_secrets", countMax: WebhookSecrets.signingKeysMax) {
                (text) throws(InvalidInput) in
                shown.append(Secret(copying: text))
                return try WebhookSecrets.key(text)
            } ?? []
        let username = try reader.password("username", bytesMax: WebhookSecrets.credentialsBytesMax)
        let password = try reader.password("password", bytesMax: WebhookSecrets.credentialsBytesMax)
        switch (username, password) {
        case (let username?, let password?): credentials = (username, password)
        case (nil, nil): credentials = nil
        case (.some, nil): throw InvalidInput("password: is required together with username")
        case (nil, .some): throw InvalidInput("username: is required together with password")
        }
        if signingKeys.isEmpty, credentials == nil {
            throw InvalidInput("signing_secrets: is required, unless username and password are given")
        }
        all = shown + (password.map { [$0] } ?? [])
    }

    private static func key(_ text: UnsafeBufferPointer<UInt8>) throws(InvalidInput) -> Secret {
        let name: StaticString = "signing_secrets"
        guard text.starts(with: prefix.bytes) else {
            throw InvalidInput(name, "each must begin with \"whsec_\"")
        }
        let encoded = UnsafeBufferPointer(rebasing: text.dropFirst(prefix.utf8CodeUnitCount))
        guard var bytes = Base64.decode(encoded) else {
            throw InvalidInput(name, "each must be base64 after \"whsec_\"")
        }
        defer { bytes.withUnsafeMutableBytes { kc_wipe($0.baseAddress, $0.count) } }
        guard keyBytes.contains(bytes.count) else {
            throw InvalidInput(name, "each must stand for 24 to 64 bytes")
        }
        return bytes.withUnsafeBufferPointer { Secret(copying: $0) }
    }
}
