import CCurl
import CSystem
import KCaseSystem

/// Checks the files of authorities, certificate and key when a client is made. First for what their form
/// tells, so that nothing is opened that never ends and nobody is asked for a password; then by having
/// libcurl load them as it will for a request.
package enum TLSFiles {
    package static func check(_ settings: TransportSettings) throws(InvalidInput) {
        if let path = settings.authoritiesFile { try checkCertificates(read("ca_file", path), "ca_file") }
        let hasPassword = settings.keyPassword != nil
        var keyIsEncrypted = false
        if let path = settings.certificateFile {
            let pem = try read("client_cert", path)
            try checkCertificates(pem, "client_cert")
            if settings.keyFile == nil {
                keyIsEncrypted = try checkKey(pem, "client_cert", hasPassword: hasPassword)
            }
        }
        if let path = settings.keyFile {
            keyIsEncrypted = try checkKey(read("client_key", path), "client_key", hasPassword: hasPassword)
        }
        guard settings.authoritiesFile != nil || settings.certificateFile != nil else { return }
        // Without memory nothing can be loaded, whatever the files are.
        guard TLSTrial.run(settings) != nil, let failure = TLSTrial.run(settings) else { return }
        if Shortage.isOfMemory { throw InvalidInput(.memory) }
        throw complaint(failure, settings, keyIsEncrypted: keyIsEncrypted)
    }

    /// A path, and no address of a token, an engine or a store: those ask people, and run programs.
    package static func isPath(_ path: String) -> Bool {
        let bytes = path.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let scheme = bytes[..<colon]
        let isScheme = scheme.allSatisfy { byte in
            ASCII.isLetter(byte) || ASCII.isDigit(byte) || StaticString("+-.").bytes.contains(byte)
        }
        return scheme.count < 2 || !isScheme
    }

    // MARK: - What their form tells

    private static func read(_ key: StaticString, _ path: String) throws(InvalidInput) -> PEMText {
        try RegularFile(key, path, bytesMax: fileBytesMax).withBytes { PEMText($0) }
    }

    private static var fileBytesMax: Int { 16 << 20 }

    private static func checkCertificates(_ pem: PEMText, _ name: StaticString) throws(InvalidInput) {
        if pem.brokenCertificates > 0 { throw InvalidInput(name, "holds a certificate that is damaged") }
        guard pem.certificates > 0 else {
            throw InvalidInput(name, "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
        }
    }

    /// Whether the key is encrypted.
    private static func checkKey(
        _ pem: PEMText, _ name: StaticString, hasPassword: Bool
    ) throws(InvalidInput) -> Bool {
        if pem.brokenKeys > 0 { throw InvalidInput(name, "holds a key that is damaged") }
        guard pem.keys + pem.encryptedKeys > 0 else {
            let more =
                name.utf8CodeUnitCount == StaticString("client_cert").utf8CodeUnitCount
                ? "; without client_key it must hold the key, too" : ""
            throw InvalidInput(name, "holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)" + more)
        }
        // Of several the first counts, so it is encrypted only if all are, as far as the form tells.
        let isEncrypted = pem.encryptedKeys > 0
        if isEncrypted, !hasPassword {
            throw InvalidInput(
                name, "holds a key that is encrypted; give its password as client_key_password")
        }
        return isEncrypted
    }

    // MARK: - What the TLS library says

    private static func complaint(
        _ failure: TLSTrial.Failure, _ settings: TransportSettings, keyIsEncrypted: Bool
    ) -> InvalidInput {
        switch failure {
        case .authorities:
            return InvalidInput("ca_file: holds a certificate that the TLS library cannot read")
        case .certificate:
            return InvalidInput("client_cert: holds a certificate that the TLS library cannot read")
        case .key where keyIsEncrypted:
            return InvalidInput(
                "client_key_password: does not open the key, or the key does not fit the certificate")
        case .key, .mismatch:
            return InvalidInput(
                settings.keyFile == nil
                    ? "client_cert: holds a key that is damaged, or does not fit its first certificate"
                    : "client_key: is damaged, or does not fit the first certificate of client_cert")
        }
    }
}
