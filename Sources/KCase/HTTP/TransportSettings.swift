import KCaseSystem

/// How requests travel.
package struct TransportSettings {
    /// Where to: NUL-terminated.
    package let baseURL: [UInt8]
    package let connectTimeout: Milliseconds
    package let connectionsMax: Int
    package let responseBytesMax: Int
    package let proxy: Proxy
    package let authoritiesFile: String?
    package let certificateFile: String?
    package let keyFile: String?
    package let keyPassword: Secret?
    package let userAgent: String

    package init(
        baseURL: [UInt8], connectTimeout: Milliseconds, connectionsMax: Int, responseBytesMax: Int,
        proxy: Proxy, authoritiesFile: String?, certificateFile: String?, keyFile: String?,
        keyPassword: Secret?, userAgent: String
    ) {
        self.baseURL = baseURL
        self.connectTimeout = connectTimeout
        self.connectionsMax = connectionsMax
        self.responseBytesMax = responseBytesMax
        self.proxy = proxy
        self.authoritiesFile = authoritiesFile
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.keyPassword = keyPassword
        self.userAgent = userAgent
    }
}

package enum Proxy {
    case none
    case address(ProxyAddress)

    package var secrets: [Secret] {
        if case .address(let address) = self { address.userInfo } else { [] }
    }

    /// Whether a request may go through one.
    package var isPossible: Bool {
        if case .none = self { false } else { true }
    }
}

/// A proxy's address can hold a name and a password, so it is kept as a secret.
package struct ProxyAddress {
    /// NUL-terminated.
    let url: Secret
    /// The name and the password, as they are and as the address spells them.
    let userInfo: [Secret]
    let host: String
    /// Hosts that are reached without it, in libcurl's form; may be empty.
    let exceptions: String
}
