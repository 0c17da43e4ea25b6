import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// What the service says in words. Texts are hints only: the documents use one for several operations.
enum ServerWords {
    /// The two documented refusals of a cancel, matched whole: letter case, blanks and the full stop at the
    /// end do not count.
    static func refusal(_ message: String?) -> Reason {
        guard let message else { return .other }
        if matches(message, "cannot cancel a case that has already started") { return .alreadyStarted }
        if matches(message, "unable to cancel case") { return .unable }
        return .other
    }

    private static func matches(_ message: String, _ sentence: StaticString) -> Bool {
        var words = ASCII.trimmed(Array(message.utf8)[...])
        if words.last == UInt8(ascii: ".") { words = ASCII.trimmed(words.dropLast()) }
        return ASCII.equalIgnoringCase(words, sentence.bytes)
    }

    /// Whether these are the words of a router, which knows no such path: of the service's framework,
    /// perhaps, but at another place than its operations.
    static func areOfRouter(_ message: String?) -> Bool {
        guard let message else { return false }
        let routers: [StaticString] = ["cannot post ", "cannot get ", "no route", "no static resource"]
        let words = message.utf8.prefix(64).map(ASCII.lowercase)
        return routers.contains { words.starts(with: $0.bytes) }
    }

    // MARK: - The service's form

    /// A body larger than this is no error message.
    private static var bytesMax: Int { 65_536 }

    /// An error in the service's form: JSON with the status and a message. nil if the body is none.
    struct Documented {
        var message: String?
        var label: String?
    }

    static func documented(_ body: UnsafeBufferPointer<UInt8>, status: Int32) -> Documented? {
        guard body.count <= bytesMax, let root = JSONSlice(text: body), root.isObject,
            case .one(let code) = root.member("statusCode"), code.integer == Int64(status),
            case .one(let words) = root.member("message"), let message = flatten(words)
        else { return nil }
        let isRouters = areOfRouter(message)
        return isRouters ? nil : Documented(message: clean(message), label: label(of: root))
    }

    /// What a body says that is not in the service's form.
    static func foreign(_ body: UnsafeBufferPointer<UInt8>, isPlainText: Bool) -> Documented {
        let text = ByteOrderMark.skipped(in: body)
        guard let first = text.first(where: { !ASCII.isBlank($0) }) else { return Documented() }
        if first == UInt8(ascii: "<") { return Documented(message: ForeignWords.ofPage(text)) }
        guard body.count <= bytesMax else { return Documented() }
        if let root = JSONSlice(text: text), root.isObject {
            return Documented(message: root["message"].flatMap(flatten).map(clean), label: label(of: root))
        }
        guard isPlainText, UTF8Validity.holds(text) else { return Documented() }
        let start = String(decoding: text.prefix(PlainText.bytesMax + 4), as: UTF8.self)
        return Documented(message: PlainText.clean(start))
    }

    private static func label(of root: JSONSlice) -> String? {
        root["error"]?.text.map { clean($0.lenient(bytesMax: PlainText.bytesMax + 1)) }
    }

    private static func clean(_ text: String) -> String { PlainText.clean(text) }

    /// A message is a text or, when a request does not validate, a list of texts.
    private static func flatten(_ value: JSONSlice) -> String? {
        let bytesMax = PlainText.bytesMax + 1
        if let text = value.text { return text.isEmpty ? nil : text.lenient(bytesMax: bytesMax) }
        var joined: String?
        var left = messagesMax
        value.forEachElement { element in
            guard let text = element.text?.lenient(bytesMax: bytesMax) else { return true }
            joined = joined.map { $0 + "; " + text } ?? text
            left -= 1
            return left > 0
        }
        return joined
    }

    private static var messagesMax: Int { 20 }
}
