import CSystem
import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// The members of a result's JSON as texts, for hosts that would rather not parse it.
extension CallResult {
    /// The longest name of a member that is looked for.
    private static var nameBytesMax: Int { 256 }

    /// The text of a member, kept as long as the result. "" if it is null, or there is no such member. As
    /// many are kept at most as the JSON has values: each has one name.
    package func text(of member: UnsafePointer<CChar>) -> UnsafePointer<CChar> {
        switch known(member) {
        case .word(let word): return cText(word)
        case .text(let text): return text
        case .string, .number, .unknown: break
        }
        if let text = texts.text(named: member) { return text }
        var kept: UnsafePointer<CChar>?
        withText(of: member) { text in
            if !text.isEmpty { kept = texts.keep(text, named: member) }
        }
        return kept ?? emptyCText
    }

    /// Calls the body with the text of a member. False if there is no such member, or memory is lacking.
    @inline(never) @discardableResult
    package func withText(
        of member: UnsafePointer<CChar>, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) -> Bool {
        switch known(member) {
        case .word(let word): body(word.bytes)
        case .text(let text): body(bytes(of: text))
        case .string(var text): text.withUTF8(body)
        case .number(let number):
            var text = decimal(number)
            text.withUTF8(body)
        case .unknown:
            guard let value = found(member) else { return false }
            value.withText(body)
        }
        return true
    }

    /// A member as the result has it.
    private enum Known {
        case word(StaticString)
        case text(UnsafePointer<CChar>)
        case string(String)
        case number(Int64)
        /// It is in the JSON, or nowhere.
        case unknown
    }

    /// What is asked for often needs no JSON.
    @inline(never)
    private func known(_ member: UnsafePointer<CChar>) -> Known {
        func isNamed(_ name: StaticString) -> Bool { strcmp(member, cText(name)) == 0 }
        if isNamed("reason") { return .word(verdict.reason?.name ?? "") }
        if isNamed("tag") { return .string(tag ?? "") }
        if isNamed("evidence") { return .word(verdict.evidence.name) }
        if isNamed("outcome") { return .word(verdict.outcome.name) }
        if isNamed("message") { return .text(message.pointer) }
        if isNamed("case_id") { return .text(caseID.pointer) }
        if isNamed("error") { return .string(verdict.error ?? "") }
        if isNamed("environment") { return .word(environment ?? "") }
        if isNamed("elapsed_ms") { return .number(elapsed.count) }
        if isNamed("retry_after_ms") { return verdict.retryAfter.map { .number($0.count) } ?? .word("") }
        if isNamed("http_status") { return verdict.status > 0 ? .number(Int64(verdict.status)) : .word("") }
        if isNamed("settled") { return .word(verdict.isSettled ? "true" : "false") }
        if isNamed("retriable") { return .word(verdict.isRetriable ? "true" : "false") }
        if isNamed("journaled") {
            return switch journaling {
            case .none: .word("")
            case .written: .word("true")
            case .failed: .word("false")
            }
        }
        if isNamed("attempts") { return .number(Int64(attempts.count)) }
        return .unknown
    }

    private func found(_ member: UnsafePointer<CChar>) -> JSONSlice? {
        let length = boundedLength(member, bytesMax: CallResult.nameBytesMax)
        guard length <= CallResult.nameBytesMax else { return nil }
        return JSONSlice(text: bytes(of: jsonText))?.value(at: bytes(of: member))
    }
}
