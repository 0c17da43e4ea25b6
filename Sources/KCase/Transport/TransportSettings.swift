/// How requests travel.
struct TransportSettings {
    /// Where to: NUL-terminated.
    let baseURL: [UInt8]
    let connectTimeout: Milliseconds
    let connectionsMax: Int
    let responseBytesMax: Int
    let proxy: Proxy
    let authoritiesFile: String?
    let certificateFile: String?
    let keyFile: String?
    let userAgent: String
}

enum Proxy {
    case none
    /// As the variables https_proxy and its kin say.
    case environment
    case address(ProxyAddress)

    var secrets: [Secret] {
        if case .address(let address) = self { address.userInfo } else { [] }
    }

    /// Whether a request may go through one.
    var isPossible: Bool {
        if case .none = self { false } else { true }
    }
}

/// A proxy's address can hold a name and a password, so it is kept as a secret.
struct ProxyAddress {
    /// NUL-terminated.
    let url: Secret
    /// The name and the password, as they are and as the address spells them.
    let userInfo: [Secret]
}
