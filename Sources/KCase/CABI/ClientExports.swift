import CKCase
import KCaseClient
import KCaseSystem

@implementation @_cdecl("kcase_client_new")
public func kcase_client_new(
    _ config_json: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        do throws(InvalidInput) {
            let client = try Client.make(configuredBy: config_json)
            error?.pointee = nil
            return Handle.make(client)
        } catch let invalid {
            error?.pointee = Handle.make(CallResult(invalid))
            return nil
        }
    }
}

@implementation @_cdecl("kcase_client_free")
public func kcase_client_free(_ client: OpaquePointer?) {
    uncanceled {
        Handle<Client>.free(client)
    }
}

@implementation @_cdecl("kcase_client_interrupt")
public func kcase_client_interrupt(_ client: OpaquePointer?) {
    uncanceled {
        Handle<Client>.object(client)?.interrupt()
    }
}
