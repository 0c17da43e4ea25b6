import CSystem

/// Text as C reads it: a NUL-terminated copy at a fixed address. A NUL inside the text ends it early.
///
/// (`@usableFromInline` since Embedded Swift shows the deinitializer of a noncopyable type to other modules
/// only then; so it is for the other types of this kind.)
@usableFromInline
package struct CText: ~Copyable {
    private let storage: UnsafeMutableBufferPointer<CChar>
    package let pointer: UnsafePointer<CChar>

    package init(_ text: String) {
        var text = text
        self.init(text.withUTF8(CText.copy))
    }

    package init(_ bytes: [UInt8]) {
        self.init(bytes.withUnsafeBufferPointer(CText.copy))
    }

    private init(_ storage: UnsafeMutableBufferPointer<CChar>) {
        self.storage = storage
        pointer = storage.baseAddress.map { UnsafePointer($0) } ?? emptyCText
    }

    private static func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeMutableBufferPointer<CChar> {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + 1, alignment: 1)
        copy.copyBytes(from: bytes)
        copy[bytes.count] = 0
        return copy.bindMemory(to: CChar.self)
    }

    /// Of text in memory from malloc, which is taken over; "{}" where there is none.
    package init(written text: UnsafeMutablePointer<CChar>?) {
        guard let text else {
            self.init("{}")
            return
        }
        self.init(String(cString: text))
        free(text)
    }

    deinit { storage.deallocate() }
}

/// "" for C, with the life of the process.
package var emptyCText: UnsafePointer<CChar> { cText("") }

/// A literal for C, with the life of the process.
package func cText(_ literal: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// The bytes of a C text before its NUL.
package func bytes(of text: UnsafePointer<CChar>) -> UnsafeBufferPointer<UInt8> {
    UnsafeRawBufferPointer(start: text, count: strlen(text)).bindMemory(to: UInt8.self)
}

/// The length of a C text, looking no further than one byte beyond the most that is allowed.
package func boundedLength(_ text: UnsafePointer<CChar>, bytesMax: Int) -> Int {
    strnlen(text, bytesMax + 1)
}
