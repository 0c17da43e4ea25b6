extension StaticString {
    package var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }

    /// As text that can be joined with other text. One function for all: interpolation is code at every
    /// place.
    package var text: String {
        @inline(never) get { String(decoding: bytes, as: UTF8.self) }
    }
}
