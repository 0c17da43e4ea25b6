/// What was read of a case: the state that the service reports, under the service's own names.
package struct CaseSnapshot {
    package let isCanceled: Bool
    /// Whether its processing has begun, and whether the service is done with it, as far as it says so.
    package var hasStarted = false
    package var isFinished = false
    package private(set) var texts: [(name: StaticString, value: String)]
    package let numbers: [(name: StaticString, value: Int64)]

    package init(
        isCanceled: Bool, texts: [(name: StaticString, value: String)] = [],
        numbers: [(name: StaticString, value: Int64)] = []
    ) {
        self.isCanceled = isCanceled
        self.texts = texts
        self.numbers = numbers
    }

    /// The snapshot with every text passed through the function.
    package func mapTexts(_ change: (String) -> String) -> CaseSnapshot {
        var changed = self
        changed.texts = texts.map { ($0.name, change($0.value)) }
        return changed
    }
}
