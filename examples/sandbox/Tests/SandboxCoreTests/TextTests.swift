import SandboxCore
import Testing

@Suite("Texts")
struct TextTests {
    @Test(
        "stamps have milliseconds and an offset",
        arguments: [
            (0, "1970-01-01T00:00:00.000+00:00"),
            (951_782_400_000, "2000-02-29T00:00:00.000+00:00"),
            (1_712_344_887_000, "2024-04-05T19:21:27.000+00:00"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999+00:00"),
        ])
    func stamp(milliseconds: Int64, text: String) {
        #expect(Stamp(milliseconds: milliseconds).text == text)
    }

    @Test("JSON keeps order and escapes what it must")
    func json() {
        let value: JSON = ["b": [1, true, .null], "a": "\"\\\u{1}\n é"]
        let text = String(decoding: value.utf8, as: UTF8.self)
        #expect(text == #"{"b":[1,true,null],"a":"\"\\\u0001\n é"}"#)
        #expect(JSON(parsing: value.utf8)?["a"] == value["a"])
        #expect(JSON(parsing: []) == nil)
    }
}
