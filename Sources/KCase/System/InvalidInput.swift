/// The caller's input is wrong: which part, and which rule it breaks.
package struct InvalidInput: Error {
    package let message: String

    package init(_ message: String) { self.message = message }

    /// `part` is a key, or what the caller calls a whole text.
    @inline(never)
    package init(_ part: StaticString, _ rule: String) { message = part.text + ": " + rule }
}
