import CKCase
import KCaseClient
import KCaseProtocol
import KCaseSystem

@implementation @_cdecl("kcase_result_outcome")
public func kcase_result_outcome(_ result: OpaquePointer?) -> Int32 {
    (Handle<CallResult>.object(result)?.verdict.outcome ?? .unknown).number
}

@implementation @_cdecl("kcase_outcome_name")
public func kcase_outcome_name(_ outcome: Int32) -> UnsafePointer<CChar>? {
    cText(Outcome.all.first { $0.number == outcome }?.name ?? "unrecognized")
}

@implementation @_cdecl("kcase_outcome_at")
public func kcase_outcome_at(_ index: Int32) -> Int32 {
    Outcome.all.indices.contains(Int(index)) ? Outcome.all[Int(index)].number : -1
}

@implementation @_cdecl("kcase_result_http_status")
public func kcase_result_http_status(_ result: OpaquePointer?) -> Int32 {
    Handle<CallResult>.object(result)?.verdict.status ?? 0
}

@implementation @_cdecl("kcase_result_is_settled")
public func kcase_result_is_settled(_ result: OpaquePointer?) -> Int32 {
    Handle<CallResult>.object(result)?.verdict.isSettled ?? false ? 1 : 0
}

@implementation @_cdecl("kcase_result_is_retriable")
public func kcase_result_is_retriable(_ result: OpaquePointer?) -> Int32 {
    Handle<CallResult>.object(result)?.verdict.isRetriable ?? false ? 1 : 0
}

@implementation @_cdecl("kcase_result_case_id")
public func kcase_result_case_id(_ result: OpaquePointer?) -> UnsafePointer<CChar>? {
    Handle<CallResult>.object(result)?.caseID.pointer ?? emptyCText
}

@implementation @_cdecl("kcase_result_message")
public func kcase_result_message(_ result: OpaquePointer?) -> UnsafePointer<CChar>? {
    Handle<CallResult>.object(result)?.message.pointer ?? emptyCText
}

@implementation @_cdecl("kcase_result_json")
public func kcase_result_json(_ result: OpaquePointer?) -> UnsafePointer<CChar>? {
    uncanceled {
        Handle<CallResult>.object(result)?.jsonText ?? cText("{}")
    }
}

@implementation @_cdecl("kcase_result_free")
public func kcase_result_free(_ result: OpaquePointer?) {
    uncanceled {
        Handle<CallResult>.free(result)
    }
}
