import CKCase

/// One result of the library. Owns it.
final class CaseResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        kcase_result_free(handle)
    }

    var outcome: Outcome { Outcome(number: kcase_result_outcome(handle)) }
    var caseID: String { String(cString: kcase_result_case_id(handle)) }
    var message: String { String(cString: kcase_result_message(handle)) }
    /// The result's JSON as the library wrote it.
    var text: String { String(cString: kcase_result_json(handle)) }

    /// How many requests were begun.
    var attempts: Int { self["attempts"].flatMap { Int($0) } ?? 0 }

    /// A member of the JSON as text, "case.caseStatus"; nil if there is none, or if it is null.
    subscript(member: String) -> String? {
        let text = String(cString: kcase_result_text(handle, member))
        return text.isEmpty ? nil : text
    }
}

extension Failure {
    /// What the library said instead of making an object.
    init(_ error: OpaquePointer?, status: ExitStatus = .usage) {
        guard let error else {
            self.init("the library gave no reason", status: status)
            return
        }
        self.init(CaseResult(error).message, status: status)
    }
}
