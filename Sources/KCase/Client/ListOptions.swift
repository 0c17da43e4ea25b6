import KCaseDriver
import KCaseJSON
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// What is looked for in the list of cases, and how. include/kcase.h describes each key.
package struct ListOptions {
    package private(set) var query = CaseQuery()
    package private(set) var operation: OperationOptions
    package private(set) var tag: String?

    private static let bytesMax = 65_536
    private static let tagBytesMax = 256
    private static let limitDefault: Int64 = 1000

    private static var stateKeys: [StaticString] {
        ["case_status", "secondary_status", "result", "ordered_before", "ordered_after", "cancelable"]
    }

    private static var otherKeys: [StaticString] {
        [
            "archived", "limit", "personal_data", "timeout_ms", "max_attempts", "max_response_bytes", "tag",
            "headers",
        ]
    }

    /// `timeout` is that of a call that is not told another.
    package init(
        _ given: GivenText, _ configuration: Configuration, timeout: Milliseconds? = nil
    ) throws(InvalidInput) {
        operation = configuration.operation
        operation.timeout = timeout ?? operation.timeout
        query.limit = ListOptions.limitDefault
        guard
            let reader = try ObjectReader.optional(
                given, name: "filter", bytesMax: ListOptions.bytesMax,
                keys: CaseKey.all.map { $0.option } + ListOptions.stateKeys + ListOptions.otherKeys)
        else { return }
        tag = try reader.text("tag", bytesMax: ListOptions.tagBytesMax)
        _ = try query.readKeys(reader)
        for key in ListOptions.stateKeys { try reader.refuseNull(key) }
        try readStates(reader)
        try query.readScope(reader)
        query.personalData = try reader.boolean("personal_data") ?? false
        query.limit = try reader.integer("limit", 1...10_000) ?? query.limit
        operation.timeout = try reader.milliseconds("timeout_ms") ?? operation.timeout
        operation.retry.attempts =
            try reader.integer("max_attempts", 1...20).map { Int($0) } ?? operation.retry.attempts
        operation.trace = try reader.traceHeaders()
    }

    // MARK: - Criteria

    private mutating func readStates(_ reader: borrowing ObjectReader) throws(InvalidInput) {
        try readState("case_status", .status, reader)
        try readState("secondary_status", .secondaryStatus, reader)
        try readState("result", .result, reader)
        if let time = try reader.moment("ordered_before") { query.filter.add(.orderedBefore(time)) }
        if let time = try reader.moment("ordered_after") { query.filter.add(.orderedAfter(time)) }
        if try reader.choice("cancelable", [("likely", true)]) != nil { query.filter.add(.likelyCancelable) }
    }

    private mutating func readState(
        _ key: StaticString, _ state: CaseState, _ reader: borrowing ObjectReader
    ) throws(InvalidInput) {
        var choices: [(word: StaticString, meaning: CaseTerm?)] = []
        for term in CaseTerm.all where term.state == state { choices.append((term.word, term)) }
        if state == .secondaryStatus { choices.append(("none", nil)) }
        if let term = try reader.choice(key, choices) { query.filter.add(.state(state, term)) }
    }
}

extension ObjectReader {
    fileprivate borrowing func moment(_ key: StaticString) throws(InvalidInput) -> WallTime? {
        guard let text = try word(key, bytesMax: 64) else { return nil }
        var bytes = text
        guard let time = bytes.withUTF8(StampText.parse) else {
            throw InvalidInput(
                key, "must be a moment like \"2026-01-05T09:00:00Z\", or a date like \"2026-01-05\", in UTC")
        }
        return time
    }
}
