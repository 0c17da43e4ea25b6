import CKCase
import KCaseClient
import KCaseDriver
import KCaseProtocol
import KCaseSystem

@implementation @_cdecl("kcase_cancel_take")
public func kcase_cancel_take(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?,
    _ wait_ms: Int32, _ rest: UnsafeMutablePointer<OpaquePointer?>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    take(.cancel, client, case_id, options_json, wait_ms, rest, out)
}

@implementation @_cdecl("kcase_status_take")
public func kcase_status_take(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?,
    _ wait_ms: Int32, _ rest: UnsafeMutablePointer<OpaquePointer?>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    take(.status, client, case_id, options_json, wait_ms, rest, out)
}

@implementation @_cdecl("kcase_await_take")
public func kcase_await_take(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?,
    _ wait_ms: Int32, _ rest: UnsafeMutablePointer<OpaquePointer?>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    take(nil, client, case_id, options_json, wait_ms, rest, out)
}

/// Checks what C hands over, and calls inward. Whoever has no place for the rest waits for the end.
@inline(never)
private func take(
    _ kind: OperationKind?, _ client: OpaquePointer?, _ caseID: UnsafePointer<CChar>?,
    _ options: UnsafePointer<CChar>?, _ timeout: Int32, _ rest: UnsafeMutablePointer<OpaquePointer?>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    uncanceled {
        rest?.pointee = nil
        guard let out else { return KCASE_INVALID }
        out.pointee = nil
        guard let client = Handle<Client>.object(client) else {
            out.pointee = Handle.make(cancel(nil, GivenText(caseID), GivenText(options)))
            return KCASE_INVALID
        }
        let timeout = rest == nil ? -1 : timeout
        switch client.take(kind, GivenText(caseID), GivenText(options), timeout: timeout) {
        case .result(let result):
            let outcome = result.verdict.outcome.number
            out.pointee = Handle.make(result)
            return outcome
        case .rest(let batch):
            rest?.pointee = Handle.make(batch)
            return KCASE_PENDING
        }
    }
}
