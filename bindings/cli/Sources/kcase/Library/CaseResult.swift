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

    /// The members of the JSON.
    private(set) lazy var members: JSON = (try? JSON(parsing: Array(text.utf8))) ?? .object([])
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
