/// Why what a caller gave is not taken.
package struct InvalidInput: Error {
    /// Which part is wrong, and which rule it breaks.
    package let message: String
    /// Where it could not be looked at, and nothing is known to be wrong with it: what this machine lacks.
    package let shortage: Shortage?

    package init(_ message: String) {
        self.message = message
        shortage = nil
    }

    /// `part` is a key, or what the caller calls a whole text.
    @inline(never)
    package init(_ part: StaticString, _ rule: String) { self.init(part.text + ": " + rule) }

    package init(_ shortage: Shortage) { self.init(shortage, shortage.text) }

    package init(_ shortage: Shortage, _ message: String) {
        self.message = message
        self.shortage = shortage
    }

    /// The same of the part that it is about.
    package func of(_ part: StaticString, rule: (String) -> String) -> InvalidInput {
        shortage == nil ? InvalidInput(part, rule(message)) : self
    }
}
