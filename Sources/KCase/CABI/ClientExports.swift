import CKCase
import KCaseClient
import KCaseSystem

@implementation @_cdecl("kcase_client_new")
public func kcase_client_new(
    _ config_json: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(error) { () throws(InvalidInput) in try Client.make(configuredBy: config_json) }
    }
}

@implementation @_cdecl("kcase_client_open")
public func kcase_client_open(
    _ path: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        Handle.make(error) { () throws(InvalidInput) in try Client.make(configuredByFile: path) }
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
