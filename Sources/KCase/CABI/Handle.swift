import KCaseClient
import KCaseSystem

/// How objects cross to C: as opaque pointers that own them. The only place with Unmanaged on C's behalf.
enum Handle<Object: AnyObject> {
    /// A pointer for C, which owns the object until `free`.
    static func make(_ object: Object) -> OpaquePointer {
        OpaquePointer(Unmanaged.passRetained(object).toOpaque())
    }

    /// A new object, or NULL and the result that says why there is none. `make` gives nil where memory or
    /// descriptors are lacking.
    static func make(
        _ error: UnsafeMutablePointer<OpaquePointer?>?, _ make: () throws(InvalidInput) -> Object?
    ) -> OpaquePointer? {
        error?.pointee = nil
        do throws(InvalidInput) {
            if let object = try make() { return Handle.make(object) }
            error?.pointee = Handle<CallResult>.make(.outOfResources)
        } catch let invalid {
            error?.pointee = Handle<CallResult>.make(CallResult(invalid))
        }
        return nil
    }

    /// The object, kept alive for as long as the caller uses it.
    static func object(_ pointer: OpaquePointer?) -> Object? {
        pointer.map { Unmanaged<Object>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
    }

    static func free(_ pointer: OpaquePointer?) {
        guard let pointer else { return }
        Unmanaged<Object>.fromOpaque(UnsafeRawPointer(pointer)).release()
    }
}
