/// What swift-argument-parser uses of Foundation: this protocol, and an encoder for --experimental-dump-help.
///
/// The Makefile builds this module and lets the argument parser import it in place of the one of its name.
/// Linked in, the real one is 5 MB of the program and a sixth of the instructions of its start, since the
/// Swift runtime searches the conformances of everything that is linked.
public protocol LocalizedError: Error {
    var errorDescription: String? { get }
}

public final class JSONEncoder {
    public struct OutputFormatting: OptionSet, Sendable {
        public let rawValue: Int

        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        public static let prettyPrinted = OutputFormatting(rawValue: 1)
        public static let sortedKeys = OutputFormatting(rawValue: 2)
    }

    /// Taken, and not heeded: the JSON is for programs.
    public var outputFormatting: OutputFormatting = []

    public init() {}

    public func encode(_ value: some Encodable) throws -> String {
        try Encoded(value).text
    }
}

extension String {
    public enum Encoding {
        case utf8
    }

    public init?(data: String, encoding: Encoding) {
        self = data
    }
}

/// A value that is being encoded, and its container.
private final class Encoded: Encoder, SingleValueEncodingContainer, UnkeyedEncodingContainer {
    private enum Content {
        case scalar(String)
        case array([Encoded])
        case object([(name: String, value: Encoded)])
    }

    private var content = Content.scalar("null")
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init() {}

    init(_ value: some Encodable) throws {
        switch value {
        case let text as String: content = .scalar(Encoded.quoted(text))
        case let value as Bool: content = .scalar(String(value))
        case let number as any Numeric & Encodable: content = .scalar(String(describing: number))
        default: try value.encode(to: self)
        }
    }

    var text: String {
        switch content {
        case .scalar(let text): text
        case .array(let elements): "[\(elements.map(\.text).joined(separator: ","))]"
        case .object(let members):
            "{\(members.map { "\(Encoded.quoted($0.name)):\($0.value.text)" }.joined(separator: ","))}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": out += "\\\(scalar)"
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }

    // MARK: - Encoder

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = content {} else { content = .object([]) }
        return KeyedEncodingContainer(Members(object: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        content = .array([])
        return self
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    // MARK: - Containers

    func encodeNil() throws {
        if case .array = content { append(Encoded()) } else { content = .scalar("null") }
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        let encoded = try Encoded(value)
        if case .array = content { append(encoded) } else { content = encoded.content }
    }

    var count: Int {
        if case .array(let elements) = content { elements.count } else { 0 }
    }

    @discardableResult
    private func append(_ element: Encoded) -> Encoded {
        if case .array(let elements) = content { content = .array(elements + [element]) }
        return element
    }

    @discardableResult
    fileprivate func set(_ name: String, _ value: Encoded) -> Encoded {
        if case .object(let members) = content { content = .object(members + [(name, value)]) }
        return value
    }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        append(Encoded()).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { append(Encoded()).unkeyedContainer() }
    func superEncoder() -> any Encoder { append(Encoded()) }
}

/// The members of an object.
private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let object: Encoded

    var codingPath: [any CodingKey] { [] }

    mutating func encodeNil(forKey key: Key) throws {
        object.set(key.stringValue, Encoded())
    }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        object.set(key.stringValue, try Encoded(value))
    }

    mutating func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
        object.set(key.stringValue, Encoded()).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        object.set(key.stringValue, Encoded()).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { object.set("super", Encoded()) }
    mutating func superEncoder(forKey key: Key) -> any Encoder { object.set(key.stringValue, Encoded()) }
}
