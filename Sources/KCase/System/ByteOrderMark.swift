/// UTF-8's mark at the beginning of a text, which means nothing.
package enum ByteOrderMark {
    package static func skipped(in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let hasMark = text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
        return hasMark ? UnsafeBufferPointer(rebasing: text[3...]) : text
    }
}
