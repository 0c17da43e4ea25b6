import CSystem
import KCaseSystem

/// Why a text is not JSON, and where.
package struct JSONError: Error {
    /// From 1; 0 where no place is to be named.
    var line = 0
    var column = 0
    var text: String
    /// Whether the text is something else than JSON, and not JSON that is refused.
    var isSyntax = false
}

/// A JSON text that somebody else wrote by hand: checked to the letter, and read in place. Its values are
/// borrowed: they are good for as long as the text is.
package struct JSONDocument {
    package let root: JSONValue
    private let text: UnsafeBufferPointer<UInt8>

    /// One object or array.
    package init(parsing text: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        var grammar = JSONGrammar(text)
        if let fault = grammar.fault() { throw JSONDocument.error(fault, at: grammar.place, in: text) }
        guard let slice = JSONSlice(text: text) else { throw JSONError(text: "not valid JSON") }
        root = JSONValue(slice)
        self.text = text
    }

    /// Of a key that is given twice: which of the two was meant is a guess.
    func repetition(of key: JSONText) -> JSONError {
        let (line, column) = JSONDocument.position(of: key.end(in: text), in: text)
        return JSONError(line: line, column: column, text: "is given twice")
    }

    private static func error(
        _ fault: JSONGrammar.Fault, at place: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> JSONError {
        if case .tooDeep = fault {
            return JSONError(text: "nests deeper than " + decimal(JSONGrammar.levelsMax) + " levels")
        }
        let (line, column) = position(of: place, in: text)
        return JSONError(line: line, column: column, text: words(fault), isSyntax: isSyntax(fault))
    }

    /// Of the last character before the place.
    private static func position(
        of place: Int, in text: UnsafeBufferPointer<UInt8>
    ) -> (line: Int, column: Int) {
        var line = 1
        var column = 0
        for byte in text.prefix(place) {
            if byte == 0x0A {
                line += 1
                column = 0
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    private static func isSyntax(_ fault: JSONGrammar.Fault) -> Bool {
        switch fault {
        case .endsEarly, .goesOn, .syntax: true
        case .encoding, .nul, .largeNumber, .tooDeep: false
        }
    }

    /// Nothing of the text is quoted: it can hold a secret.
    private static func words(_ fault: JSONGrammar.Fault) -> String {
        switch fault {
        case .endsEarly: "the text ends too early"
        case .goesOn: "something follows the end of the JSON"
        case .encoding: "not valid UTF-8"
        case .nul: "holds a NUL character"
        case .largeNumber: "a number is too large"
        case .tooDeep, .syntax: "not valid JSON"
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

    /// A member that is given once.
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
    package func forEachMember(_ body: (_ key: JSONText, _ value: JSONValue) -> Bool) {
        slice.forEachMember { body($0, JSONValue($1)) }
    }

    /// The same for the elements of an array.
    package func forEachElement(_ body: (JSONValue) -> Bool) {
        slice.forEachElement { body(JSONValue($0)) }
    }
}
