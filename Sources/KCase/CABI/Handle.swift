/// How objects cross to C: as opaque pointers that own them. The only place with Unmanaged on C's behalf.
enum Handle<Object: AnyObject> {
    /// A pointer for C, which owns the object until `free`.
    static func make(_ object: Object) -> OpaquePointer {
        OpaquePointer(Unmanaged.passRetained(object).toOpaque())
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
