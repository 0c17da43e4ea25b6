import KCaseSystem
import Testing

@testable import KCaseJSON

@Suite("Texts that C hands over") struct GivenTextTests {
    private func read(_ text: String, count: Int32? = nil, bytesMax: Int = 100) throws(InvalidInput)
        -> String?
    {
        let bytes = Array(text.utf8CString)
        var read: Result<String?, InvalidInput> = .success(nil)
        bytes.withUnsafeBufferPointer { buffer in
            let start = buffer.baseAddress
            let given = count.map { GivenText(start, count: $0) } ?? GivenText(start)
            do throws(InvalidInput) {
                read = .success(
                    try given.bytes("text", bytesMax: bytesMax).map { String(decoding: $0, as: UTF8.self) })
            } catch {
                read = .failure(error)
            }
        }
        return try read.get()
    }

    @Test("end at their NUL, and are looked at no further than one byte beyond the most")
    func terminated() throws {
        #expect(try read("a b ") == "a b ")
        #expect(try read("a\0b") == "a")
        #expect(try read("") == "")
        #expect(try read("abcdef", bytesMax: 3) == "abcd")
    }

    @Test(
        "or have a length, and end before the blanks and NULs that fill them up",
        arguments: [
            ("ab", 2, "ab"), ("ab", 1, "a"), ("ab  ", 4, "ab"), ("ab\0\0", 4, "ab"), ("ab \0 \0", 6, "ab"),
            (" ab", 3, " ab"), ("a b  ", 5, "a b"), ("a\0b\0", 4, "a\0b"), ("    ", 4, ""), ("ab", 0, ""),
            ("ab\n ", 4, "ab\n"), ("abcdef  ", 8, "abcd"),
        ] as [(String, Int32, String)])
    func counted(text: String, count: Int32, expected: String) throws {
        #expect(try read(text, count: count, bytesMax: 3) == expected)
    }

    @Test("are refused if their length makes no sense")
    func wrong() throws {
        for count: Int32 in [-1, .min] {
            #expect(
                refusal { () throws(InvalidInput) in _ = try read("a", count: count) }
                    == "text: its length must not be negative")
        }
        #expect(
            refusal { () throws(InvalidInput) in _ = try GivenText(nil, count: 1).bytes("text", bytesMax: 9) }
                == "text: must not be NULL if it has a length")
        #expect(try GivenText(nil, count: 0).bytes("text", bytesMax: 9) == nil)
        #expect(try GivenText(nil).bytes("text", bytesMax: 9) == nil)
    }
}

@Suite("A place in a JSON text") struct JSONPathTests {
    private let json =
        #"{"a": "x\ty", "list": [1, [2, "three"], {"n": null}], "": {"": 7}, "t": true, "a": 0}"#

    private func text(at path: String) -> String? {
        let path = Array(path.utf8)
        return Array(json.utf8).withUnsafeBufferPointer { bytes in
            path.withUnsafeBufferPointer { path in
                guard let value = JSONSlice(text: bytes)?.value(at: path) else { return nil }
                var text = ""
                value.withText { text = String(decoding: $0, as: UTF8.self) }
                return text
            }
        }
    }

    @Test(
        "is found by names and numbers",
        arguments: [
            ("a", "x\ty"), ("list", #"[1, [2, "three"], {"n": null}]"#), ("list.0", "1"),
            ("list.1.1", "three"),
            ("list.2", #"{"n": null}"#), ("list.2.n", ""), ("list.2.n.more.still", ""), ("t", "true"),
            (".", "7"),
        ])
    func found(path: String, expected: String) { #expect(text(at: path) == expected) }

    @Test(
        "or is not there",
        arguments: [
            "b", "list.3", "list.-1", "list.00", "list.01", "list. 0", "list.0x", "list.", "list.0.0", "t.x",
            "a.0",
            "list.2.m", "..", "list.18446744073709551616", "list.4294967296",
        ])
    func missing(path: String) { #expect(text(at: path) == nil) }
}
