import CSystem

/// Text as C reads it: a NUL-terminated copy at a fixed address. A NUL inside the text ends it early.
final class CText {
    private let storage: UnsafeMutableBufferPointer<CChar>
    let pointer: UnsafePointer<CChar>

    init(_ text: String) {
        let bytes = text.utf8
        storage = .allocate(capacity: bytes.count + 1)
        storage.initialize(repeating: 0)
        for (slot, byte) in zip(storage.indices, bytes) { storage[slot] = CChar(bitPattern: byte) }
        pointer = storage.baseAddress.map { UnsafePointer($0) } ?? emptyCText
    }

    deinit { storage.deallocate() }
}

/// "" for C, with the life of the process.
var emptyCText: UnsafePointer<CChar> { cText("") }

/// A literal for C, with the life of the process.
func cText(_ literal: StaticString) -> UnsafePointer<CChar> {
    UnsafeRawPointer(literal.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// The length of a C text, looking no further than one byte beyond the most that is allowed.
func boundedLength(_ text: UnsafePointer<CChar>, most: Int) -> Int {
    strnlen(text, most + 1)
}
