import CKCase
import KCaseClient
import KCaseDriver
import KCaseSystem

@implementation @_cdecl("kcase_batch_new")
public func kcase_batch_new(
    _ client: OpaquePointer?, _ options_json: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(error) { () throws(InvalidInput) in
            guard let client = Handle<Client>.object(client) else { throw .nullClient }
            return Batch.make(client, try BatchOptions(options_json))
        }
    }
}

@implementation @_cdecl("kcase_batch_add")
public func kcase_batch_add(
    _ batch: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> Int32 {
    uncanceled {
        add(.cancel, batch, GivenText(case_id), GivenText(options_json))
    }
}

@implementation @_cdecl("kcase_batch_add_status")
public func kcase_batch_add_status(
    _ batch: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> Int32 {
    uncanceled {
        add(.status, batch, GivenText(case_id), GivenText(options_json))
    }
}

/// Checks what C hands over, and calls inward.
func add(
    _ kind: OperationKind?, _ batch: OpaquePointer?, _ caseID: GivenText, _ options: GivenText
) -> Int32 {
    switch Handle<Batch>.object(batch)?.add(kind, caseID, options) ?? .closed {
    case .added: KCASE_BATCH_ADDED
    case .full: KCASE_BATCH_FULL
    case .closed: KCASE_BATCH_CLOSED
    }
}

@implementation @_cdecl("kcase_batch_next")
public func kcase_batch_next(_ batch: OpaquePointer?, _ timeout_ms: Int32) -> OpaquePointer? {
    uncanceled {
        Handle<Batch>.object(batch)?.next(timeout: timeout_ms).map { Handle.make($0) }
    }
}

@implementation @_cdecl("kcase_batch_take")
public func kcase_batch_take(
    _ batch: OpaquePointer?, _ timeout_ms: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    uncanceled {
        guard let out else { return KCASE_BATCH_CLOSED }
        out.pointee = nil
        guard let batch = Handle<Batch>.object(batch), !batch.isClosed else { return KCASE_BATCH_CLOSED }
        guard let result = batch.next(timeout: timeout_ms) else { return KCASE_BATCH_NONE }
        out.pointee = Handle.make(result)
        return KCASE_BATCH_TAKEN
    }
}

@implementation @_cdecl("kcase_batch_pending")
public func kcase_batch_pending(_ batch: OpaquePointer?) -> Int64 {
    uncanceled {
        Int64(Handle<Batch>.object(batch)?.pending ?? 0)
    }
}

@implementation @_cdecl("kcase_batch_fd")
public func kcase_batch_fd(_ batch: OpaquePointer?) -> Int32 {
    uncanceled {
        Handle<Batch>.object(batch)?.descriptor ?? -1
    }
}

@implementation @_cdecl("kcase_batch_interrupt")
public func kcase_batch_interrupt(_ batch: OpaquePointer?) {
    uncanceled {
        Handle<Batch>.object(batch)?.interrupt()
    }
}

@implementation @_cdecl("kcase_batch_stats")
public func kcase_batch_stats(_ batch: OpaquePointer?) -> UnsafePointer<CChar>? {
    uncanceled {
        Handle<Batch>.object(batch)?.stats() ?? cText("{}")
    }
}

@implementation @_cdecl("kcase_batch_free")
public func kcase_batch_free(_ batch: OpaquePointer?) {
    uncanceled {
        Handle<Batch>.free(batch)
    }
}
