import CSystem
import KCaseSystem
import Testing

@testable import KCaseJSON

@Suite struct JSONWriterTests {
    private func written(_ write: (inout JSONWriter) -> Void) -> String? {
        var json = JSONWriter()
        json.beginObject()
        write(&json)
        json.endObject()
        guard let text = json.finish() else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    @Test func commasStandBetweenMembersAndElementsOnly() {
        let text = written { json in
            json.beginObject("empty")
            json.endObject()
            json.beginArray("list")
            for number: Int64 in 1...2 {
                json.beginObject()
                json.set("n", number)
                json.endObject()
            }
            json.endArray()
            json.set("word", word: "ok")
            json.set("truth", true)
            json.set("ready", json: #"[1,{"a":2}]"#)
            json.setNull("nothing")
        }
        #expect(
            text == #"{"empty":{},"list":[{"n":1},{"n":2}],"word":"ok","truth":true,"#
                + #""ready":[1,{"a":2}],"nothing":null}"#)
    }

    @Test func absentValuesAreNull() {
        let text = written { json in
            json.set("text", nil as String?)
            json.set("word", word: nil)
            json.set("number", nil as Int64?)
        }
        #expect(text == #"{"text":null,"word":null,"number":null}"#)
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("é\u{1F600}", "\"é\u{1F600}\""), ("\u{7F}/", "\"\u{7F}/\""),
        (#"a"b\c"#, #""a\"b\\c""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
        ("\u{1}\u{F}\u{10}\u{1F}", #""\u0001\u000F\u0010\u001F""#), ("{", #""{""#), ("[", #""[""#),
    ])
    func whatHasToBeEscapedIsAndNothingElse(text: String, json: String) {
        #expect(
            written {
                $0.set("a", text)
                $0.set("b", text)
            } == "{\"a\":\(json),\"b\":\(json)}")
    }

    @Test(arguments: [0, 7, -1, 10, 999_999, Int64.max, Int64.min])
    func everyNumberIsWrittenWhole(number: Int64) {
        #expect(written { $0.set("n", number) } == "{\"n\":\(number)}")
    }

    @Test(arguments: [0, 1000, 1024, 1015, 5000, 100_000])
    func aTextOfAnyLengthFits(count: Int) {
        let long = String(repeating: "x", count: count)
        let text = written { json in
            json.set("long", long)
            json.set("n", 1)
        }
        #expect(text == "{\"long\":\"\(long)\",\"n\":1}")
    }

    @Test func aTimeIsWrittenAsText() {
        let time = Timestamp(WallTime(millisecondsSince1970: 1_795_677_607_089))
        #expect(written { $0.set("at", time) } == "{\"at\":\"\(time.text)\"}")
    }

    @Test func aFragmentBecomesAValueOfAnotherText() {
        var inner = JSONWriter()
        inner.beginObject()
        inner.set("a", "b")
        inner.endObject()
        let fragment = inner.text() ?? ""
        #expect(written { $0.set("inner", json: fragment) } == #"{"inner":{"a":"b"}}"#)
    }

    @Test func aSecretIsSealedWithItsQuotesEscaped() {
        let bytes = Array(#"a"b"#.utf8)
        let secret = bytes.withUnsafeBufferPointer { Secret(copying: $0) }
        var json = JSONWriter()
        json.beginObject()
        json.set("key", secret)
        json.endObject()
        let sealed = json.seal()
        #expect(sealed?.withBytes { String(decoding: $0, as: UTF8.self) } == #"{"key":"a\"b"}"#)
    }
}
