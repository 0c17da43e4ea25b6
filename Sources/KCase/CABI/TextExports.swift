import CKCase
import KCaseClient
import KCaseDriver
import KCaseProtocol
import KCaseSystem

/// For hosts whose texts have a length instead of a NUL, and for those that would rather not parse JSON.

@implementation @_cdecl("kcase_cancel_n")
public func kcase_cancel_n(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ case_id_bytes: Int32,
    _ options_json: UnsafePointer<CChar>?, _ options_bytes: Int32
) -> OpaquePointer? {
    uncanceled {
        let caseID = GivenText(case_id, count: case_id_bytes)
        return Handle.make(cancel(client, caseID, GivenText(options_json, count: options_bytes)))
    }
}

@implementation @_cdecl("kcase_batch_add_n")
public func kcase_batch_add_n(
    _ batch: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ case_id_bytes: Int32,
    _ options_json: UnsafePointer<CChar>?, _ options_bytes: Int32
) -> Int32 {
    uncanceled {
        let caseID = GivenText(case_id, count: case_id_bytes)
        return add(.cancel, batch, caseID, GivenText(options_json, count: options_bytes))
    }
}

@implementation @_cdecl("kcase_cancel_simple")
public func kcase_cancel_simple(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ case_id_bytes: Int32,
    _ message: UnsafeMutablePointer<CChar>?, _ message_bytes: Int32
) -> Int32 {
    uncanceled {
        let result = cancel(client, GivenText(case_id, count: case_id_bytes), .none)
        PaddedField(message, count: message_bytes).write(bytes(of: result.message.pointer))
        return result.verdict.outcome.number
    }
}

@implementation @_cdecl("kcase_result_text")
public func kcase_result_text(
    _ result: OpaquePointer?, _ member: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    uncanceled {
        guard let member else { return emptyCText }
        return Handle<CallResult>.object(result)?.text(of: member) ?? emptyCText
    }
}

@implementation @_cdecl("kcase_result_copy")
public func kcase_result_copy(
    _ result: OpaquePointer?, _ member: UnsafePointer<CChar>?, _ field: UnsafeMutablePointer<CChar>?,
    _ field_bytes: Int32
) -> Int32 {
    uncanceled {
        let field = PaddedField(field, count: field_bytes)
        var length: Int32 = result == nil ? 0 : -1
        field.write(UnsafeBufferPointer(start: nil, count: 0))
        guard let result = Handle<CallResult>.object(result), let member else { return length }
        result.withText(of: member) { text in
            field.write(text)
            length = Int32(clamping: text.count)
        }
        return length
    }
}
