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
}

/// A parsed JSON text. Its values are borrowed: they are good for as long as the document is.
@usableFromInline
package struct JSONDocument: ~Copyable {
    package let root: JSONValue
    private let holdsSecrets: Bool

    /// Parses one object or array. A key given twice is an error: which of the two was meant is a guess. The
    /// strings of an object that holds secrets are wiped when the document goes.
    package init(parsing text: UnsafeBufferPointer<UInt8>, holdsSecrets: Bool = false) throws(JSONError) {
        if JSONDepth.isTooDeep(text) {
            throw JSONError(
                line: 0, column: 0, text: "nests deeper than " + decimal(JSONDepth.levelsMax) + " levels")
        }
        var failure = json_error_t()
        let parsed = text.withMemoryRebound(to: CChar.self) { characters in
            json_loadb(characters.baseAddress, characters.count, Int(JSON_REJECT_DUPLICATES), &failure)
        }
        guard let parsed else {
            throw JSONError(
                line: failure.line, column: failure.column, text: JSONDocument.reason(&failure),
                key: JSONDocument.key(&failure, in: text),
                isSyntax: JSONDocument.isSyntax(&failure))
        }
        root = JSONValue(node: parsed)
        self.holdsSecrets = holdsSecrets
    }

    deinit {
        if holdsSecrets { root.wipeMembers() }
        kc_json_release(root.node)
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
            json_error_null_byte_in_key, json_error_numeric_overflow, json_error_out_of_memory:
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
    let node: UnsafeMutablePointer<json_t>

    var isObject: Bool { kc_json_type(node) == JSON_OBJECT }
    package var isArray: Bool { kc_json_type(node) == JSON_ARRAY }
    package var isString: Bool { kc_json_type(node) == JSON_STRING }
    package var isNull: Bool { kc_json_type(node) == JSON_NULL }

    package subscript(key: StaticString) -> JSONValue? {
        json_object_get(node, cText(key)).map(JSONValue.init)
    }

    var boolean: Bool? {
        switch kc_json_type(node) {
        case JSON_TRUE: true
        case JSON_FALSE: false
        default: nil
        }
    }

    package var integer: Int64? {
        kc_json_type(node) == JSON_INTEGER ? Int64(json_integer_value(node)) : nil
    }

    /// The string's bytes, UTF-8 without a NUL, for the length of the call; nil if this is no string.
    package func withString<Output>(_ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output? {
        guard let start = json_string_value(node) else { return nil }
        let raw = UnsafeRawBufferPointer(start: start, count: json_string_length(node))
        return body(raw.bindMemory(to: UInt8.self))
    }

    package var string: String? {
        withString { String(decoding: $0, as: UTF8.self) }
    }

    package func isString(_ expected: StaticString) -> Bool {
        withString { $0.elementsEqual(expected.bytes) } ?? false
    }

    /// Overwrites the memory of an object's strings, before it is given back.
    func wipeMembers() {
        forEachMember { _, value in
            if let start = json_string_value(value.node) {
                kc_wipe(UnsafeMutableRawPointer(mutating: start), json_string_length(value.node))
            }
            return true
        }
    }

    /// Calls the body with each member of an object until it returns false.
    func forEachMember(_ body: (_ key: UnsafeBufferPointer<UInt8>, _ value: JSONValue) -> Bool) {
        var position = json_object_iter(node)
        while let current = position {
            guard let key = json_object_iter_key(current), let value = json_object_iter_value(current)
            else { return }
            let name = UnsafeRawBufferPointer(start: key, count: strlen(key))
            if !body(name.bindMemory(to: UInt8.self), JSONValue(node: value)) { return }
            position = json_object_iter_next(node, current)
        }
    }

    package var elementCount: Int { json_array_size(node) }

    package func element(_ index: Int) -> JSONValue? {
        index >= 0 ? json_array_get(node, index).map(JSONValue.init) : nil
    }
}
