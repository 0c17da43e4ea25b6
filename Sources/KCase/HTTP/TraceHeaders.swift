import KCaseSystem

/// Header lines by which a host's tracing follows the requests of one operation. Their values come from the
/// host and go to the service, and nowhere else.
package final class TraceHeaders: Sendable {
    private let fields: [Field]

    private struct Field: Sendable {
        let name: StaticString
        let value: [UInt8]
    }

    private init(_ fields: [Field]) { self.fields = fields }

    /// Each is NUL-terminated.
    func forEachLine(_ body: (UnsafePointer<CChar>) -> Void) {
        for field in fields {
            let line = Array(field.name.bytes) + Array(": ".utf8) + field.value + [0]
            line.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress { body(start.assumingMemoryBound(to: CChar.self)) }
            }
        }
    }

    /// Whether a text is one of the values: a service may give back the id that it was given.
    package func hold(_ text: String) -> Bool {
        fields.contains { $0.value.elementsEqual(text.utf8) }
    }

    private static let valueBytesMax = 512

    private static var names: [StaticString] { ["traceparent", "tracestate", "x-request-id"] }

    /// Takes what a caller gives, member by member.
    package struct Fields {
        private var fields: [Field] = []

        package init() {}

        /// `value` is nil if it is no text. A complaint quotes neither: what was given may be a secret.
        package mutating func add(
            _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>?
        ) throws(InvalidInput) {
            let known = TraceHeaders.names.first { ASCII.equalIgnoringCase($0.bytes, name) }
            guard let known else {
                throw InvalidInput("headers: may hold traceparent, tracestate and x-request-id only")
            }
            if fields.contains(where: { $0.name.bytes.elementsEqual(known.bytes) }) {
                throw InvalidInput("headers", known.text + " is given twice")
            }
            guard let value, TraceHeaders.isValid(value) else {
                throw InvalidInput(
                    "headers",
                    known.text + " must be a string of 1 to " + decimal(TraceHeaders.valueBytesMax)
                        + " bytes, printable ASCII without a blank at an end")
            }
            fields.append(Field(name: known, value: Array(value)))
        }

        /// nil if there are none, so that most operations carry nothing.
        package func make() -> TraceHeaders? { fields.isEmpty ? nil : TraceHeaders(fields) }
    }

    /// A value cannot end its line.
    private static func isValid(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard value.count <= valueBytesMax, let first = value.first, let last = value.last
        else { return false }
        return ASCII.isVisible(first) && ASCII.isVisible(last)
            && value.allSatisfy { ASCII.isVisible($0) || $0 == UInt8(ascii: " ") }
    }
}
