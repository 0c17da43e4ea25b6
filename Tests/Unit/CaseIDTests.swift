import Testing

@testable import KCaseKarmaCheck
@testable import KCaseSystem

@Suite("Case ids")
struct CaseIDTests {
    @Test(
        "become one path segment",
        arguments: [
            ("e074241e-36e8-444b-bf55-bb4dad6d3f3d", "e074241e-36e8-444b-bf55-bb4dad6d3f3d"),
            ("status-type_consider.~", "status-type_consider.~"),
            ("a b", "a%20b"), ("a&b=c;d", "a%26b%3dc%3bd"), ("...", "..."), ("ä", "%c3%a4"),
            ("🙂", "%f0%9f%99%82"), ("a+b", "a%2bb"), ("a:b@c", "a%3ab%40c"),
        ])
    func encoded(text: String, segment: String) throws {
        let id = try caseID(text)
        #expect(String(decoding: id.segment, as: UTF8.self) == segment)
        #expect(id.text == text)
    }

    @Test("may be 256 bytes long, and no longer")
    func length() throws {
        #expect(try caseID(String(repeating: "x", count: 256)).segment.count == 256)
        #expect(
            refusal { () throws(InvalidInput) in _ = try caseID(String(repeating: "x", count: 257)) }
                == "case_id: is longer than 256 bytes")
        #expect(
            refusal { () throws(InvalidInput) in _ = try caseID(String(repeating: "x", count: 10_000_000)) }
                != nil)
    }

    @Test(
        "are refused if they could be read as anything else",
        arguments: [
            "", ".", "..", "a/b", "/", "a\\b", "a?b", "a#b", "a%2Fb", "%2e%2e", " a", "a ", "a\nb", "a\r\nb",
            "a\tb", "a\u{7F}b", "\u{1}",
        ])
    func refused(text: String) {
        let message = refusal { () throws(InvalidInput) in _ = try caseID(text) }
        #expect(message?.hasPrefix("case_id: ") == true)
    }

    @Test(
        "are refused if they are not UTF-8: a NUL spelled long, a half character, a surrogate, Latin-1",
        arguments: [[0x61, 0xC0, 0x80, 0x62], [0xF0, 0x9F, 0x99], [0xED, 0xA0, 0x80], [0xE4], [0xFF]]
            as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(refusal { () throws(InvalidInput) in _ = try caseID(bytes) } == "case_id: is not valid UTF-8")
    }

    @Test("NULL is refused")
    func null() {
        #expect(refusal { () throws(InvalidInput) in _ = try CaseID(nil) } == "case_id: must not be NULL")
    }

    @Test("match whatever case the letters of a UUID are in")
    func matching() throws {
        let id = try caseID("E074241E-36e8")
        for (text, matches) in [
            ("e074241e-36E8", true), ("e074241e-36e", false), ("e074241e-36e88", false), ("", false),
        ] {
            #expect(id.matches(Array(text.utf8)) == matches)
        }
    }
}
