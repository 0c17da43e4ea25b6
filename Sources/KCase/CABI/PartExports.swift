import CKCase
import KCaseClient
import KCaseDriver
import KCaseKarmaCheck
import KCaseSystem

@implementation @_cdecl("kcase_cancel_services")
public func kcase_cancel_services(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ service_ids_json: UnsafePointer<CChar>?,
    _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        perform(.cancelServices(GivenText(service_ids_json)), client, case_id, options_json)
    }
}

@implementation @_cdecl("kcase_cancel_search")
public func kcase_cancel_search(
    _ client: OpaquePointer?, _ case_data_id: UnsafePointer<CChar>?, _ search_id: UnsafePointer<CChar>?,
    _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        perform(.cancelSearch(GivenText(search_id)), client, case_data_id, options_json)
    }
}

@implementation @_cdecl("kcase_await")
public func kcase_await(
    _ client: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        perform(.await, client, case_id, options_json)
    }
}

@implementation @_cdecl("kcase_batch_add_await")
public func kcase_batch_add_await(
    _ batch: OpaquePointer?, _ case_id: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> Int32 {
    uncanceled {
        add(nil, batch, GivenText(case_id), GivenText(options_json))
    }
}

/// What is asked for, with what C hands over for it.
private enum Request {
    case await
    case cancelServices(GivenText)
    case cancelSearch(GivenText)
}

/// Checks what C hands over, and calls inward.
@inline(never)
private func perform(
    _ request: Request, _ client: OpaquePointer?, _ id: UnsafePointer<CChar>?,
    _ options: UnsafePointer<CChar>?
) -> OpaquePointer {
    let client = Handle<Client>.object(client)
    let id = GivenText(id)
    let options = GivenText(options)
    do throws(InvalidInput) {
        switch request {
        case .await:
            let caseID = try CaseID(id)
            guard let client else { throw .nullClient }
            return Handle.make(try client.await(caseID, options))
        case .cancelServices(let list):
            let caseID = try CaseID(id)
            guard let client else { throw .nullClient }
            return Handle.make(try client.cancelServices(list, of: caseID, options))
        case .cancelSearch(let searchID):
            let dataID = try CaseID(id, calledBy: "case_data_id")
            guard let client else { throw .nullClient }
            return Handle.make(try client.cancelSearch(searchID, of: dataID, options))
        }
    } catch {
        return Handle.make(CallResult(error, of: id, client?.configuration))
    }
}
