import Testing

@testable import KCaseJSON
@testable import KCaseSystem

/// What is wrong with a text; nil if it is JSON.
func jsonFault(_ text: String) -> JSONGrammar.Fault? { jsonFault(Array(text.utf8)) }

private func jsonFault(_ text: [UInt8]) -> JSONGrammar.Fault? {
    text.withUnsafeBufferPointer { text in
        var grammar = JSONGrammar(text)
        return grammar.fault()
    }
}

@Suite("The grammar of JSON")
struct JSONGrammarTests {
    @Test(
        "takes what RFC 8259 has",
        arguments: [
            "{}", "[]", " \t\r\n{ } ", #"{"a":1}"#, #"[1, -2, 0, -0, 1.5, 1e3, 1E+3, 1.25e-3, 0.0]"#,
            "[true, false, null]", #"{"a": {"b": [[], {}, [[{}]]]}, "c": "d"}"#,
            #"["\"\\\/\b\f\n\r\t", "\u00e9", "\uD83D\uDE00", "é€😀", ""]"#, #"{"": ""}"#,
            "[999999999999999999]", "[-999999999999999999]", "[1e999]",
        ])
    func sound(json: String) {
        #expect(jsonFault(json) == nil)
    }

    @Test(
        "refuses what it does not have",
        arguments: [
            "", " ", "1", "true", #""a""#, "nul", "{,}", "[,]", "[1,]", #"{"a":1,}"#, "[1 2]", #"{"a" 1}"#,
            "{1:2}", "{a:1}", "[tru]", "[truest]", "[True]", "[01]", "[-01]", "[+1]", "[.5]", "[1.]",
            "[1.e1]",
            "[1e]", "[1e+]", "[-]", "[--1]", "[0x1]", "[NaN]", "[Infinity]", "['a']", "[\"a\nb\"]",
            #"["\x"]"#,
            #"["\u12"]"#, #"["\u12G4"]"#, #"["\uD800"]"#, #"["\uDC00"]"#, #"["\uD800\u0041"]"#,
            #"["\uD800x"]"#, "[1]]", "{}{}", "[1}", #"{"a":1]"#, "[\u{FEFF}1]", "[1]x", "/**/[]", "[\u{A0}]",
        ])
    func unsound(json: String) {
        #expect(jsonFault(json) != nil)
    }

    @Test("tells a text that ends early from one that is wrong")
    func cut() {
        let json = #"{"a": [1.5, true, "b\u00e9\n"], "c": {"d": null}}"#
        for count in 1..<json.utf8.count {
            let fault = jsonFault(String(decoding: json.utf8.prefix(count), as: UTF8.self))
            #expect(fault == .endsEarly || fault == .syntax, "\(count)")
        }
        #expect(jsonFault(json) == nil)
    }

    @Test(
        "names what is refused though it is JSON",
        arguments: [
            (#"["\u0000"]"#, JSONGrammar.Fault.nul), (#"{"a\u0000": 1}"#, .nul),
            ("[99999999999999999999]", .largeNumber), ("{} {}", .goesOn), ("{} x", .goesOn),
        ])
    func refused(json: String, fault: JSONGrammar.Fault) {
        #expect(jsonFault(json) == fault)
    }

    @Test("is about UTF-8 first")
    func encoding() {
        #expect(jsonFault(Array("[\"".utf8) + [0xFF] + Array("\"]".utf8)) == .encoding)
        #expect(jsonFault(Array("[\"".utf8) + [0xC3]) == .encoding)
    }

    /// The standard library is the judge, of every text of up to three bytes that begin or go on a character,
    /// behind so many ASCII letters.
    @Test("UTF-8 is what the standard library takes", arguments: [0, 5, 8])
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
