/// The caller's input is wrong: which part, and which rule it breaks.
struct InvalidInput: Error {
    let message: String

    init(_ message: String) { self.message = message }

    /// `part` is a key, or what the caller calls a whole text.
    @inline(never)
    init(_ part: StaticString, _ rule: String) { message = part.text + ": " + rule }
}
