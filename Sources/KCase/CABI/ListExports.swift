import CKCase
import KCaseClient
import KCaseSystem

@implementation @_cdecl("kcase_list")
public func kcase_list(
    _ client: OpaquePointer?, _ filter_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        do throws(InvalidInput) {
            guard let client = Handle<Client>.object(client) else { throw .nullClient }
            return Handle.make(client.list(try ListOptions(GivenText(filter_json), client.configuration)))
        } catch {
            return Handle.make(CallResult(error))
        }
    }
}

@implementation @_cdecl("kcase_listing_new")
public func kcase_listing_new(
    _ client: OpaquePointer?, _ filter_json: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(error) { () throws(InvalidInput) in
            guard let client = Handle<Client>.object(client) else { throw .nullClient }
            let options = try ListOptions(GivenText(filter_json), client.configuration, timeout: .hour)
            return Listing.make(client, options)
        }
    }
}

@implementation @_cdecl("kcase_listing_next")
public func kcase_listing_next(
    _ listing: OpaquePointer?, _ timeout_ms: Int32, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> Int32 {
    uncanceled {
        guard let out else { return KCASE_LISTING_OVER }
        out.pointee = nil
        switch Handle<Listing>.object(listing)?.next(timeout: timeout_ms) ?? .over(nil) {
        case .found(let result):
            out.pointee = Handle.make(result)
            return KCASE_LISTING_CASE
        case .nothingYet:
            return KCASE_LISTING_NONE
        case .over(let result):
            out.pointee = result.map { Handle.make($0) }
            return KCASE_LISTING_OVER
        }
    }
}

@implementation @_cdecl("kcase_listing_free")
public func kcase_listing_free(_ listing: OpaquePointer?) {
    uncanceled {
        Handle<Listing>.free(listing)
    }
}

@implementation @_cdecl("kcase_cancel_found")
public func kcase_cancel_found(
    _ client: OpaquePointer?, _ filter_json: UnsafePointer<CChar>?, _ options_json: UnsafePointer<CChar>?
) -> OpaquePointer? {
    uncanceled {
        do throws(InvalidInput) {
            let find = try FindOptions(GivenText(filter_json))
            guard let client = Handle<Client>.object(client) else { throw .nullClient }
            let options = try CallOptions(GivenText(options_json), client.configuration)
            return Handle.make(try client.cancelFound(find, options))
        } catch {
            return Handle.make(CallResult(error))
        }
    }
}
