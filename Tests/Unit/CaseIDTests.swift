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
            ("a&b=c", "a%26b%3dc"), ("...", "..."), ("ä", "%c3%a4"),
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

    @Test(
        "are refused with what lists, mails and spreadsheets have around one: where it is, and a hint",
        arguments: [
            ("\u{FEFF}e07", "a character that nobody sees (U+FEFF, character 1); it is a byte-order mark"),
            ("e07\u{200B}", "nobody sees (U+200B, character 4)"), ("e\u{AD}07", "nobody sees (U+00AD,"),
            ("\u{200E}e07", "nobody sees (U+200E,"), ("e07\u{2066}", "nobody sees (U+2066,"),
            ("e07\u{E0041}", "nobody sees (U+E0041, character 4)"), ("e\u{FE0F}", "nobody sees (U+FE0F,"),
            ("e07\u{A0}", "a space (U+00A0, character 4); trim"), ("e\u{3000}", "a space (U+3000,"),
            ("e\u{2028}", "a space (U+2028,"), ("a b", "a space (U+0020, character 2)"),
            ("a  b", "a space (U+0020, character 2)"), (" a", "a space (U+0020, character 1)"),
            ("a\n", "a control character (U+000A, character 2); cut the line's end off"),
            ("a\u{85}b", "a control character (U+0085, character 2)"),
            ("ä\u{9B}31m", "a control character (U+009B, character 2)"),
            (#""e07""#, "a quotation mark (U+0022, character 1); the quotes of a list's field"),
            ("'e07", "a quotation mark"), ("\u{201C}e07\u{201D}", "a quotation mark (U+201C,"),
            ("{e07}", "a brace or bracket (U+007B, character 1); a GUID is given without"),
            ("(e07)", "a brace or bracket"), ("<e07>", "a brace or bracket"), ("[e07]", "a brace or bracket"),
            ("e07,", "a comma, semicolon or bar (U+002C, character 4)"), ("e07;e08", "(U+003B, character 4)"),
            ("e07|e08", "(U+007C, character 4)"), ("e07\u{FF0C}", "a comma, semicolon or bar"),
            ("e07\u{2011}36e8", "a dash other than \"-\" (U+2011, character 4); an editor"),
            ("e07\u{2013}36e8", "a dash other than"), ("e\u{FFFD}", "a code that is no character (U+FFFD,"),
            ("e\u{E000}", "no character (U+E000,"), ("e\u{FFFF}", "no character"),
            ("e\u{1FFFE}", "no character (U+1FFFE,"), ("a\\b", "any of / \\ ? # % (U+005C, character 2)"),
            ("URN:uuid:e07", "must not begin with \"urn:uuid:\""),
        ])
    func unfit(text: String, message: String) {
        let found = refusal { () throws(InvalidInput) in _ = try caseID(text) }
        #expect(
            found?.hasPrefix("case_id: must not ") == true && found?.contains(message) == true,
            "\(found ?? "")")
    }

    @Test("refuse every control, separator, format and private character, and no letter or digit")
    func everyCharacter() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isUnfit = UnfitCharacter(value) != nil
            switch scalar.properties.generalCategory {
            case .control, .spaceSeparator, .lineSeparator, .paragraphSeparator, .format, .privateUse:
                if !isUnfit { Issue.record("\(String(value, radix: 16)) is accepted") }
            case _
            where scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.isNoncharacterCodePoint:
                if !isUnfit { Issue.record("\(String(value, radix: 16)) is accepted") }
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
                .decimalNumber, .letterNumber, .otherNumber, .spacingMark, .currencySymbol:
                if isUnfit { Issue.record("\(String(value, radix: 16)) is refused") }
            default: break
            }
        }
    }

    @Test(
        "that are refused are shown as they were given, and every character of them can be seen",
        arguments: [
            ("a/b", "a/b"), ("", ""), ("a b", "a b"), ("\u{FEFF}e07\n", "\\u{FEFF}e07\\u{000A}"),
            ("ä\u{A0}\u{E0041}", "ä\\u{00A0}\\u{E0041}"), (#"{"e07"}"#, #"{"e07"}"#),
            ("\u{10FFFD}", "\\u{10FFFD}"),
        ])
    func shown(text: String, expected: String) {
        #expect(shownID(Array(text.utf8)) == expected)
    }

    @Test("that are refused are shown with U+FFFD for what is not UTF-8, and nothing for NULL")
    func shownBytes() {
        #expect(shownID([0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
        #expect(shownID([0x63, 0x61, 0x66, 0xE9]) == "caf\u{FFFD}")
        #expect(CaseID.shown(.none) == "")
    }

    @Test("that are refused are shown to 256 bytes, and none is cut within a character")
    func shownLong() {
        #expect(shownID(Array(repeating: 0x78, count: 256)) == String(repeating: "x", count: 256))
        #expect(shownID(Array(repeating: 0x78, count: 257)) == String(repeating: "x", count: 256) + "…")
        #expect(
            shownID(Array("x".utf8) + Array(String(repeating: "🙂", count: 70).utf8)) == "x"
                + String(repeating: "🙂", count: 63) + "…")
        #expect(
            shownID(Array(String(repeating: "\n", count: 200).utf8)) == String(
                repeating: "\\u{000A}", count: 32) + "…")
        #expect(shownID(Array(repeating: 0xBF, count: 1000)).utf8.count <= 256 + 3)
    }

    private func shownID(_ bytes: [UInt8]) -> String {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
            CaseID.shown(GivenText($0.baseAddress))
        }
    }

    @Test("NULL is refused")
    func null() {
        #expect(refusal { () throws(InvalidInput) in _ = try CaseID(.none) } == "case_id: must not be NULL")
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
