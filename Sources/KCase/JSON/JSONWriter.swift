import CSystem
import KCaseSystem

/// A JSON text that is being written, into one buffer that grows. What is written between the beginning and
/// the end of an object or an array belongs to it; the commas come by themselves.
///
/// Where memory is lacking there is no text at all, and never one that lacks a member.
@usableFromInline
package struct JSONWriter: ~Copyable {
    /// Memory from malloc; nil from the moment on when some was lacking.
    private var start: UnsafeMutablePointer<UInt8>?
    private var count = 0
    private var room = JSONWriter.usualBytes

    /// What most texts fit into.
    private static let usualBytes = 1024

    package init() { start = JSONWriter.allocate(room) }

    /// What is not handed over may hold secrets.
    deinit { JSONWriter.release(start, count) }

    // MARK: - Objects and arrays

    package mutating func beginObject() {
        if isCommaDue { put(UInt8(ascii: ",")) }
        put(UInt8(ascii: "{"))
    }

    package mutating func beginObject(_ key: StaticString) {
        put(key)
        put(UInt8(ascii: "{"))
    }

    package mutating func endObject() { put(UInt8(ascii: "}")) }

    package mutating func beginArray(_ key: StaticString) {
        put(key)
        put(UInt8(ascii: "["))
    }

    /// An array that is the whole text.
    package mutating func beginArray() { put(UInt8(ascii: "[")) }

    package mutating func endArray() { put(UInt8(ascii: "]")) }

    /// An element of an array.
    package mutating func add(_ text: String) {
        var text = text
        if isCommaDue { put(UInt8(ascii: ",")) }
        text.withUTF8 { putText($0) }
    }

    // MARK: - Members of an object

    @inline(never)
    package mutating func set(_ key: StaticString, _ text: String?) {
        guard var text else { return setNull(key) }
        put(key)
        text.withUTF8 { putText($0) }
    }

    /// Of a text for C.
    package mutating func set(_ key: StaticString, _ text: borrowing CText) {
        put(key)
        putText(bytes(of: text.pointer))
    }

    /// Of a word of ours, in which nothing has to be escaped.
    @inline(never)
    package mutating func set(_ key: StaticString, word: StaticString?) {
        guard let word else { return setNull(key) }
        put(key)
        putQuoted(word.bytes)
    }

    @inline(never)
    package mutating func set(_ key: StaticString, _ number: Int64?) {
        guard let number else { return setNull(key) }
        put(key)
        put(number: number)
    }

    package mutating func set(_ key: StaticString, _ truth: Bool) {
        set(key, value: truth ? "true" : "false")
    }

    package mutating func setNull(_ key: StaticString) { set(key, value: "null") }

    package mutating func set(_ key: StaticString, _ time: Timestamp) {
        put(key)
        time.withBytes { putQuoted($0) }
    }

    /// Of a value that is JSON already.
    package mutating func set(_ key: StaticString, json: String) {
        var json = json
        put(key)
        json.withUTF8 { put($0) }
    }

    /// The secret must be UTF-8.
    package mutating func set(_ key: StaticString, _ secret: Secret) {
        put(key)
        secret.withBytes { putText($0) }
    }

    // MARK: - The whole

    /// The text in memory from malloc, NUL-terminated; nil where memory is lacking.
    package consuming func finish() -> UnsafeMutablePointer<CChar>? {
        put(UInt8(0))
        guard let text = start else { return nil }
        start = nil
        return UnsafeMutableRawPointer(text).assumingMemoryBound(to: CChar.self)
    }

    /// The text as a value for `set(_:json:)`; nil where memory is lacking.
    package consuming func text() -> String? {
        // Swift's String would not ask whether there is as much once more.
        guard let start, Shortage.hasMemory(count) else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Hands over the text's bytes, for the length of the call; nil where memory is lacking.
    package borrowing func withText<Output, Failure>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Output
    ) throws(Failure) -> Output? {
        guard let start else { return nil }
        return try body(UnsafeBufferPointer(start: start, count: count))
    }

    /// The text as a secret, of which no other copy stays behind; nil where memory is lacking.
    package consuming func seal() -> Secret? {
        guard let start else { return nil }
        return Secret(copying: UnsafeBufferPointer(start: start, count: count))
    }

    // MARK: - Parts

    @inline(never)
    private mutating func set(_ key: StaticString, value: StaticString) {
        put(key)
        put(value.bytes)
    }

    /// With what stands before and behind a key.
    @inline(never)
    private mutating func put(_ key: StaticString) {
        if isCommaDue { put(UInt8(ascii: ",")) }
        putQuoted(key.bytes)
        put(UInt8(ascii: ":"))
    }

    /// The byte before tells: at the beginning there is none.
    private var isCommaDue: Bool {
        guard let start, count > 0 else { return false }
        let last = start[count - 1]
        return last != UInt8(ascii: "{") && last != UInt8(ascii: "[")
    }

    /// A text in quotes. What RFC 8259, 7 wants escaped is, and nothing else.
    private mutating func putText(_ text: UnsafeBufferPointer<UInt8>) {
        if text.contains(where: JSONWriter.isEscaped) { putEscaped(text) } else { putQuoted(text) }
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    @inline(never)
    private mutating func putEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        put(UInt8(ascii: "\""))
        for byte in text {
            if JSONWriter.isEscaped(byte) { putEscape(byte) } else { put(byte) }
        }
        put(UInt8(ascii: "\""))
    }

    private mutating func putEscape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: put(UInt8(ascii: "b"))
        case 0x09: put(UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case 0x0D: put(UInt8(ascii: "r"))
        case 0..<0x20:
            put((byte < 0x10 ? StaticString("u000") : "u001").bytes)
            put(StaticString("0123456789ABCDEF").bytes[Int(byte & 15)])
        default: put(byte)
        }
    }

    private mutating func put(number: Int64) {
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { room in
            var place = room.count
            var rest = number.magnitude
            repeat {
                place -= 1
                room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 {
                place -= 1
                room[place] = UInt8(ascii: "-")
            }
            put(UnsafeRawBufferPointer(rebasing: room[place...]).bindMemory(to: UInt8.self))
        }
    }

    @inline(never)
    private mutating func putQuoted(_ text: UnsafeBufferPointer<UInt8>) {
        let quote = UInt8(ascii: "\"")
        guard let place = reserve(text.count + 2) else { return }
        place[0] = quote
        if let source = text.baseAddress { memcpy(place + 1, source, text.count) }
        place[text.count + 1] = quote
        count += text.count + 2
    }

    @inline(never)
    private mutating func put(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, let place = reserve(bytes.count) else { return }
        memcpy(place, source, bytes.count)
        count += bytes.count
    }

    @inline(never)
    private mutating func put(_ byte: UInt8) {
        guard let place = reserve(1) else { return }
        place.pointee = byte
        count += 1
    }

    // MARK: - Memory

    /// Where the next bytes go, with room for so many.
    private mutating func reserve(_ bytes: Int) -> UnsafeMutablePointer<UInt8>? {
        if room - count < bytes { grow(bytes) }
        guard let start else { return nil }
        return start + count
    }

    /// Leaves no copy of what was written so far.
    @inline(never)
    private mutating func grow(_ bytes: Int) {
        guard let old = start else { return }
        let larger = max(room * 2, count + bytes)
        start = JSONWriter.allocate(larger)
        if let start {
            memcpy(start, old, count)
            room = larger
        }
        JSONWriter.release(old, count)
    }

    private static func allocate(_ bytes: Int) -> UnsafeMutablePointer<UInt8>? {
        malloc(bytes)?.assumingMemoryBound(to: UInt8.self)
    }

    private static func release(_ memory: UnsafeMutablePointer<UInt8>?, _ count: Int) {
        guard let memory else { return }
        kc_wipe(memory, count)
        free(memory)
    }
}
