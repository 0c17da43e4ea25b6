import CKCase
import KCaseClient

@implementation @_cdecl("kcase_client_new")
public func kcase_client_new(
    _ config_json: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    do {
        let client = try Client.make(configuredBy: config_json)
        error?.pointee = nil
        return Handle.make(client)
    } catch let invalid {
        error?.pointee = Handle.make(CallResult(invalid))
        return nil
    }
}

@implementation @_cdecl("kcase_client_free")
public func kcase_client_free(_ client: OpaquePointer?) {
    Handle<Client>.free(client)
}

@implementation @_cdecl("kcase_client_interrupt")
public func kcase_client_interrupt(_ client: OpaquePointer?) {
    Handle<Client>.object(client)?.interrupt()
}
