import Testing

@testable import KCaseHTTP

@Suite("PEM texts")
struct PEMTextTests {
    static func block(_ label: String, _ body: String = "MAMCAQU=", end: String? = nil) -> String {
        "-----BEGIN \(label)-----\n\(body)\n-----END \(end ?? label)-----\n"
    }

    private func read(_ text: String) -> PEMText {
        Array(text.utf8).withUnsafeBufferPointer { PEMText($0) }
    }

    @Test(
        "hold certificates, whatever is around them", arguments: ["", "a comment\n", "\n\n", "subject=x\r\n"])
    func certificates(before: String) {
        let pem = read(before + Self.block("CERTIFICATE") + "between\n" + Self.block("TRUSTED CERTIFICATE"))
        #expect(pem.certificates == 2)
        #expect(pem.keys + pem.encryptedKeys + pem.brokenCertificates + pem.brokenKeys == 0)
    }

    @Test("may have Windows' line ends, and blanks behind a line")
    func lineEnds() {
        let text = Self.block("CERTIFICATE")
        #expect(read(text.split(separator: "\n").joined(separator: "\r\n")).certificates == 1)
        #expect(read(text.split(separator: "\n").joined(separator: " \n")).certificates == 1)
    }

    @Test("hold keys, encrypted or not")
    func keys() {
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            #expect(read(Self.block(label)).keys == 1)
        }
        #expect(read(Self.block("ENCRYPTED PRIVATE KEY")).encryptedKeys == 1)
        let old = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nqqqq"
        #expect(read(Self.block("RSA PRIVATE KEY", old)).encryptedKeys == 1)
        #expect(read(Self.block("EC PARAMETERS") + Self.block("EC PRIVATE KEY")).keys == 1)
    }

    @Test(
        "are told from damaged ones",
        arguments: [
            "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n", "-----BEGIN CERTIFICATE-----",
            block("CERTIFICATE", end: "PRIVATE KEY"), block("CERTIFICATE", ""),
            block("CERTIFICATE", "MAM!AQU="),
            block("CERTIFICATE", "MAMCAQ=="), block("CERTIFICATE", "BAMCAQU="), block("CERTIFICATE", "MA=="),
            block("CERTIFICATE", "MIIB"),
            "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n" + "-----BEGIN CERTIFICATE-----\nMAMCAQU=",
        ])
    func damaged(text: String) {
        let pem = read(text)
        #expect(pem.certificates == 0)
        #expect(pem.brokenCertificates >= 1)
    }

    @Test(
        "are no others",
        arguments: [
            "", "hello", "\u{FEFF}" + block("CERTIFICATE"), " " + block("CERTIFICATE"),
            block("CERTIFICATE REQUEST"), block("PUBLIC KEY"), "-----BEGIN -----",
            "-----BEGIN CERTIFICATE---",
        ])
    func others(text: String) {
        let pem = read(text)
        #expect(
            pem.certificates + pem.keys + pem.encryptedKeys + pem.brokenCertificates + pem.brokenKeys == 0)
    }
}
