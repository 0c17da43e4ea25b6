import CSystem

/// Memory of the host's for a text of a fixed length, as COBOL, Fortran and Pascal have it: blanks fill it
/// up.
package struct PaddedField {
    private let start: UnsafeMutablePointer<CChar>?
    private let count: Int

    /// NULL, and a length that is not positive, have room for nothing.
    package init(_ start: UnsafeMutablePointer<CChar>?, count: Int32) {
        self.start = start
        self.count = start == nil ? 0 : max(Int(count), 0)
    }

    /// Writes a UTF-8 text, or as many whole characters of it as there is room for.
    @inline(never)
    package func write(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start, count > 0 else { return }
        var length = min(text.count, count)
        while length > 0, length < text.count, text[length] & 0xC0 == 0x80 { length -= 1 }
        if let source = text.baseAddress { memcpy(start, source, length) }
        memset(start + length, Int32(UInt8(ascii: " ")), count - length)
    }
}
