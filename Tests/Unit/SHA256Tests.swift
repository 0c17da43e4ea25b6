import Testing

@testable import KCaseSystem

/// SHA-256 and its codes against FIPS 180-2 and RFC 4231.
@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func digest(text: String, digest: String) {
        let found = Array(text.utf8).withUnsafeBufferPointer { SHA256.digest($0) }
        #expect(hexadecimal(found) == digest)
    }

    @Test(
        "codes",
        arguments: [
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
        ])
    func code(key: [UInt8], text: String, code: String) {
        let found = Array(text.utf8).withUnsafeBufferPointer { text in
            key.withUnsafeBufferPointer { SHA256.code(text, key: $0) }
        }
        #expect(hexadecimal(found) == code)
    }

    private func hexadecimal(_ bytes: [UInt8]?) -> String {
        (bytes ?? []).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
