import CKCase
import KCaseClient
import KCaseKarmaCheck
import KCaseSystem

@implementation @_cdecl("kcase_cancel")
public func kcase_cancel(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        perform(client, case_id, options_json) { $0.cancel($1, $2) }
    }
}

@implementation @_cdecl("kcase_status")
public func kcase_status(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        perform(client, case_id, options_json) { $0.status($1, $2) }
    }
}

@implementation @_cdecl("kcase_check")
public func kcase_check(_ client: OpaquePointer?) -> OpaquePointer? {
    uncanceled {
        guard let client = Handle<Client>.object(client) else {
            return Handle.make(CallResult(.nullClient))
        }
        return Handle.make(client.check())
    }
}

/// Checks what C hands over, and calls inward.
private func perform(
    _ client: OpaquePointer?, _ caseID: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
    _ operation: (Client, CaseID, CallOptions) -> CallResult
) -> OpaquePointer {
    let client = Handle<Client>.object(client)
    do throws(InvalidInput) {
        let caseID = try CaseID(caseID)
        guard let client else { throw .nullClient }
        let options = try CallOptions(options, client.configuration)
        return Handle.make(operation(client, caseID, options))
    } catch {
        return Handle.make(CallResult(error, of: caseID, client?.configuration))
    }
}

extension InvalidInput {
    static var nullClient: InvalidInput { InvalidInput("client: must not be NULL") }
}
