import CJansson
import CSystem
import KCaseSystem

/// An object that is being written. Members keep the order in which they are set. Where one cannot be set,
/// for lack of memory, there is no text.
@usableFromInline
package struct JSONObject: ~Copyable {
    private let node: UnsafeMutablePointer<json_t>?
    fileprivate private(set) var isWhole = true

    package init() { node = json_object() }

    deinit {
        if let node { kc_json_release(node) }
    }

    @inline(never)
    package mutating func set(_ key: StaticString, _ text: String?) {
        guard let text else { return setNull(key) }
        adopt(key, jsonString(text))
    }

    @inline(never)
    package mutating func set(_ key: StaticString, _ number: Int64?) {
        guard let number else { return setNull(key) }
        adopt(key, json_integer(json_int_t(number)))
    }

    package mutating func set(_ key: StaticString, _ truth: Bool) {
        adopt(key, truth ? json_true() : json_false())
    }

    package mutating func setNull(_ key: StaticString) { adopt(key, json_null()) }

    package mutating func set(_ key: StaticString, _ object: consuming JSONObject) {
        isWhole = isWhole && object.isWhole
        adopt(key, object.share())
    }

    package mutating func set(_ key: StaticString, _ array: consuming JSONArray) {
        isWhole = isWhole && array.isWhole
        adopt(key, array.share())
    }

    /// The secret must be UTF-8. It is wiped from the object by `seal`.
    package mutating func set(_ key: StaticString, _ secret: Secret) {
        let value = secret.withBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { json_stringn($0.baseAddress, $0.count) }
        }
        adopt(key, value)
    }

    /// The object as text that is kept as a secret, its own strings wiped; nil where memory is lacking.
    package consuming func seal() -> Secret? {
        defer {
            if let node { JSONValue(node: node).wipeMembers() }
        }
        guard let text = write() else { return nil }
        defer { free(text) }
        let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
        let secret = Secret(copying: bytes.bindMemory(to: UInt8.self))
        kc_wipe(text, bytes.count)
        return secret
    }

    /// What most texts fit into. A longer one is written again, into as much as it takes.
    private static let usualBytes = 1024

    /// The object as compact UTF-8 text in memory from malloc, NUL-terminated; nil where memory is lacking.
    package func write() -> UnsafeMutablePointer<CChar>? {
        guard isWhole else { return nil }
        var room = JSONObject.usualBytes
        while let memory = malloc(room) {
            let text = memory.bindMemory(to: CChar.self, capacity: room)
            let length = json_dumpb(node, text, room, Int(JSON_COMPACT))
            if length > 0, length < room {
                text[length] = 0
                return text
            }
            kc_wipe(memory, room)
            free(memory)
            guard length >= room else { return nil }
            room = length + 1
        }
        return nil
    }

    @inline(never)
    private mutating func adopt(_ key: StaticString, _ value: UnsafeMutablePointer<json_t>?) {
        if json_object_set_new_nocheck(node, cText(key), value) != 0 { isWhole = false }
    }

    /// One more reference to the tree, for the tree that takes it in.
    fileprivate borrowing func share() -> UnsafeMutablePointer<json_t>? { kc_json_retain(node) }
}

/// An array that is being written.
@usableFromInline
package struct JSONArray: ~Copyable {
    private let node: UnsafeMutablePointer<json_t>?
    fileprivate private(set) var isWhole = true

    package init() { node = json_array() }

    deinit {
        if let node { kc_json_release(node) }
    }

    package mutating func append(_ object: consuming JSONObject) {
        isWhole = isWhole && object.isWhole
        if json_array_append_new(node, object.share()) != 0 { isWhole = false }
    }

    fileprivate borrowing func share() -> UnsafeMutablePointer<json_t>? { kc_json_retain(node) }
}

/// A Swift string is valid UTF-8 always, so jansson need not look at it again.
private func jsonString(_ text: String) -> UnsafeMutablePointer<json_t>? {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
            guard let start = characters.baseAddress else { return json_stringn_nocheck("", 0) }
            return json_stringn_nocheck(start, characters.count)
        }
    }
}
