import CKCase
import KCaseClient
import KCaseKarmaCheck
import KCaseSystem

@implementation @_cdecl("kcase_cancel")
public func kcase_cancel(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(cancel(client, GivenText(case_id), GivenText(options_json)))
    }
}

@implementation @_cdecl("kcase_status")
public func kcase_status(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(perform(client, GivenText(case_id), GivenText(options_json)) { $0.status($1, $2) })
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
@inline(never)
func cancel(_ client: OpaquePointer?, _ caseID: GivenText, _ options: GivenText) -> CallResult {
    perform(client, caseID, options) { $0.cancel($1, $2) }
}

private func perform(
    _ client: OpaquePointer?, _ caseID: GivenText, _ options: GivenText,
    _ operation: (Client, CaseID, CallOptions) -> CallResult
) -> CallResult {
    let client = Handle<Client>.object(client)
    do throws(InvalidInput) {
        let caseID = try CaseID(caseID)
        guard let client else { throw .nullClient }
        let options = try CallOptions(options, client.configuration)
        return operation(client, caseID, options)
    } catch {
        return CallResult(error, of: caseID, client?.configuration)
    }
}

extension InvalidInput {
    static var nullClient: InvalidInput { InvalidInput("client: must not be NULL") }
}
