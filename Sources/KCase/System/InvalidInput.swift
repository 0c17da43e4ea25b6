/// The caller's input is wrong: which part, and which rule it breaks.
struct InvalidInput: Error {
    let message: String

    init(_ message: String) { self.message = message }
}
