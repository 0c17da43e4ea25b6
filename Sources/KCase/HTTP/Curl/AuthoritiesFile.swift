import CSystem
import KCaseSystem

/// The file of the certificate authorities that this machine trusts.
package enum AuthoritiesFile {
    /// libcurl's own, if it knows one and it is there; else the first that is there of those that
    /// distributions keep. (A libcurl that is carried from machine to machine knows none.)
    package static var system: String? {
        if let own = TransportInfo().authoritiesFile, isReadable(own) { return own }
        for place in places where access(cText(place), R_OK) == 0 { return String(cString: cText(place)) }
        return nil
    }

    /// Whether there is anything to hold a server's certificate against.
    static func isKnown(_ settings: TransportSettings) -> Bool {
        settings.authoritiesFile != nil || system != nil || TransportInfo().authoritiesPath != nil
    }

    /// Said where none is found.
    package static var advice: String {
        "no file of certificate authorities was found on this machine: install the system's"
            + " (ca-certificates), or name one as ca_file"
    }

    /// The file that SSL_CERT_FILE names, for those who ask for it; the system's if it names none.
    package static func environment() throws(InvalidInput) -> String? {
        guard let value = getenv("SSL_CERT_FILE"), value.pointee != 0 else { return nil }
        guard let path = String(validatingCString: value), isReadable(path) else {
            throw InvalidInput("ca_file: SSL_CERT_FILE names no file that may be read")
        }
        return path
    }

    private static func isReadable(_ path: String) -> Bool { path.withCString { access($0, R_OK) } == 0 }

    private static var places: [StaticString] {
        [
            "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Gentoo, Alpine
            "/etc/pki/tls/certs/ca-bundle.crt",  // Red Hat, Fedora, Amazon
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // the same, since 2014
            "/etc/ssl/ca-bundle.pem",  // SUSE
            "/var/lib/ca-certificates/ca-bundle.pem",  // the same, since 2015
            "/etc/ca-certificates/extracted/tls-ca-bundle.pem",  // Arch
            "/etc/ssl/certs/ca-bundle.crt",  // NixOS
            "/etc/ssl/cert.pem",  // Alpine, Void
            "/etc/pki/tls/cert.pem",  // Red Hat before 7
        ]
    }
}
