import Testing

@testable import KCaseSystem

@Suite("UTF-8")
struct UTF8ValidityTests {
    /// The standard library is the judge, of every text of up to three bytes that begin or go on a character,
    /// behind so many ASCII letters.
    @Test("is what the standard library takes", arguments: [0, 5, 8])
    func utf8(before: Int) {
        let bytes: [UInt8] = [
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
            0xEE,
            0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for first in bytes {
            for second in bytes {
                for third in bytes {
                    for tail in [[], [0x80], [0x80, 0x41]] as [[UInt8]] {
                        let text = Array(repeating: 0x61, count: before) + [first, second, third] + tail
                        let isValid = text.withUnsafeBufferPointer(UTF8Validity.holds)
                        #expect(isValid == (String(validating: text, as: UTF8.self) != nil), "\(text)")
                    }
                }
            }
        }
    }
}
