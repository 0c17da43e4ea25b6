import CKCase
import KCaseClient
import KCaseSystem

@implementation @_cdecl("kcase_client_new")
public func kcase_client_new(
    _ config_json: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        handOut(error) { () throws(InvalidInput) in try Client.make(configuredBy: config_json) }
    }
}

@implementation @_cdecl("kcase_client_open")
public func kcase_client_open(
    _ path: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> OpaquePointer? {
    uncanceled {
        handOut(error) { () throws(InvalidInput) in try Client.make(configuredByFile: path) }
    }
}

/// A client for C, or the result that says why there is none.
private func handOut(
    _ error: UnsafeMutablePointer<OpaquePointer?>?, _ make: () throws(InvalidInput) -> Client
) -> OpaquePointer? {
    error?.pointee = nil
    do throws(InvalidInput) {
        return Handle.make(try make())
    } catch let invalid {
        error?.pointee = Handle.make(CallResult(invalid))
        return nil
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
