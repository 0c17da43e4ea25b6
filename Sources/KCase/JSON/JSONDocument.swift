import CJansson
import CSystem
import KCaseSystem

/// Why a text is not JSON, and where.
package struct JSONError: Error {
    var line: Int32
    var column: Int32
    var text: String
    /// The key that is given twice, as the text spells it.
    var key: [UInt8]?
    /// Whether the text is something else than JSON, and not JSON that is refused.
    var isSyntax = false
    /// Whether nobody knows what the text is, for lack of memory.
    var lacksMemory = false
}

/// A JSON text that a caller wrote: judged by jansson, and read in place. Its values are borrowed: they are
/// good for as long as the text is.
package struct JSONDocument {
    package let root: JSONValue

    /// One object or array. A key given twice is an error: which of the two was meant is a guess.
    package init(parsing text: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        if JSONDepth.isTooDeep(text) {
            throw JSONError(
                line: 0, column: 0, text: "nests deeper than " + decimal(JSONDepth.levelsMax) + " levels")
        }
        // Without memory, jansson takes JSON for something else: what it refuses is shown to it twice.
        if try JSONDocument.error(in: text) != nil, let error = try JSONDocument.error(in: text) {
            throw error
        }
        guard let slice = JSONSlice(text: text) else {
            throw JSONError(line: 0, column: 0, text: "not valid JSON")
        }
        root = JSONValue(slice)
    }

    // MARK: - What jansson says

    /// nil if it takes the text. Its tree is given back at once: where memory is lacking, jansson leaves out
    /// bytes of strings, be it the closing quote. So room for more than it needs is looked for just before.
    private static func error(in text: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONError? {
        guard Shortage.hasMemory(roomMin + roomPerByte * text.count) else { throw outOfMemory }
        var failure = json_error_t()
        let parsed = text.withMemoryRebound(to: CChar.self) { characters in
            json_loadb(characters.baseAddress, characters.count, Int(JSON_REJECT_DUPLICATES), &failure)
        }
        if let parsed {
            kc_json_wipe(parsed)
            return nil
        }
        if json_error_code(&failure) == json_error_out_of_memory { throw outOfMemory }
        return JSONError(
            line: failure.line, column: failure.column, text: reason(&failure), key: key(&failure, in: text),
            isSyntax: isSyntax(&failure))
    }

    private static let roomMin = 8192
    private static let roomPerByte = 8

    private static var outOfMemory: JSONError {
        JSONError(line: 0, column: 0, text: Shortage.memory.text, lacksMemory: true)
    }

    /// The key before the place at which it turned out to be given twice.
    private static func key(
        _ failure: inout json_error_t, in text: UnsafeBufferPointer<UInt8>
    ) -> [UInt8]? {
        guard json_error_code(&failure) == json_error_duplicate_key else { return nil }
        let quote = UInt8(ascii: "\"")
        let before = text.prefix(max(Int(failure.position), 0))
        guard let close = before.lastIndex(of: quote), let open = before[..<close].lastIndex(of: quote) else {
            return nil
        }
        return Array(text[(open + 1)..<close])
    }

    private static func isSyntax(_ failure: inout json_error_t) -> Bool {
        switch json_error_code(&failure) {
        case json_error_duplicate_key, json_error_invalid_utf8, json_error_null_character,
            json_error_null_byte_in_key, json_error_numeric_overflow:
            false
        default: true
        }
    }

    /// What is wrong, in our words: jansson's own would quote the text, and the text can hold a secret.
    private static func reason(_ failure: inout json_error_t) -> String {
        switch json_error_code(&failure) {
        case json_error_premature_end_of_input: "the text ends too early"
        case json_error_end_of_input_expected: "something follows the end of the JSON"
        case json_error_duplicate_key: "is given twice"
        case json_error_invalid_utf8: "not valid UTF-8"
        case json_error_null_character, json_error_null_byte_in_key: "holds a NUL character"
        case json_error_numeric_overflow: "a number is too large"
        default: "not valid JSON"
        }
    }
}

/// A value inside a document.
package struct JSONValue {
    private let slice: JSONSlice

    init(_ slice: JSONSlice) { self.slice = slice }

    package var isObject: Bool { slice.isObject }
    package var isArray: Bool { slice.isArray }
    package var isString: Bool { slice.text != nil }
    package var isNull: Bool { slice.isNull }

    package subscript(key: StaticString) -> JSONValue? { slice[key].map(JSONValue.init) }

    var boolean: Bool? { slice.boolean }

    package var integer: Int64? { slice.integer }

    /// The string's bytes, UTF-8 without a NUL, for the length of the call; nil if this is no string. Of one
    /// that is longer than any that is wanted, no more than the beginning.
    package func withString<Output>(_ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output? {
        slice.text?.withBytes(body)
    }

    package var string: String? {
        withString { String(decoding: $0.prefix(JSONText.decodedBytesMax), as: UTF8.self) }
    }

    package func isString(_ expected: StaticString) -> Bool { slice.text?.equals(expected) ?? false }

    /// Calls the body with each member of an object until it returns false.
    package func forEachMember(_ body: (_ key: UnsafeBufferPointer<UInt8>, _ value: JSONValue) -> Bool) {
        slice.forEachMember { key, value in key.withBytes { body($0, JSONValue(value)) } }
    }

    /// The same for the elements of an array.
    package func forEachElement(_ body: (JSONValue) -> Bool) {
        slice.forEachElement { body(JSONValue($0)) }
    }
}
