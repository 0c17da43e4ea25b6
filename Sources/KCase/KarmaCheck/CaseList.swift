import KCaseHTTP
import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// Which list is read, and what is looked for in it.
package struct CaseQuery {
    /// Whether archived cases are looked at, too.
    package var archived = false
    package var filter = CaseFilter()
    package var personalData = false
    /// How many cases are handed out; the others are counted.
    package var limit = Int64.max
    /// A list that is longer counts as no list.
    package var listBytesMax = 1 << 30

    package init() {}
}

/// A case of a list.
package struct ListedCase {
    package let id: String
    package let snapshot: CaseSnapshot
}

/// Reads a list of cases while it comes, and hands out those that are meant. How many there are in all, the
/// service does not say, and it gives them in one answer: so a list counts only if it came whole.
package final class CaseList {
    package let query: CaseQuery
    private let begin: (Secret) -> Void
    private let hasRoom: () -> Bool
    private let handOut: (ListedCase) -> Void
    private var scanner = CaseList.makeScanner()
    /// How many cases there were in the answer.
    package private(set) var seen: Int64 = 0
    /// How many of them are meant.
    package private(set) var found: Int64 = 0
    /// How many of them may be meant, and cannot be read.
    private var unclear: Int64 = 0

    /// `begin`: another request is sent, with this token; `hasRoom`: whether a case can be handed out now.
    /// While it cannot, the list is not read on.
    package init(
        _ query: CaseQuery, begin: @escaping (Secret) -> Void, hasRoom: @escaping () -> Bool = { true },
        handOut: @escaping (ListedCase) -> Void
    ) {
        self.query = query
        self.begin = begin
        self.hasRoom = hasRoom
        self.handOut = handOut
    }

    private static func makeScanner() -> JSONListScanner { JSONListScanner(listNamed: "cases") }

    /// The request for it. What came of an answer before is forgotten.
    package func request(_ service: Service, token: Secret) -> HTTPRequest {
        scanner = CaseList.makeScanner()
        seen = 0
        found = 0
        unclear = 0
        begin(token)
        let receiver = BodyReceiver(bytesMax: query.listBytesMax, hasRoom: hasRoom) { self.take($0) }
        return service.list(archived: query.archived, token: token, receiver: receiver)
    }

    func take(_ piece: UnsafeBufferPointer<UInt8>) { scanner.take(piece) { look($0) } }

    private func look(_ text: UnsafeBufferPointer<UInt8>) {
        seen += 1
        guard let element = JSONSlice(text: text) else {
            unclear += 1
            return
        }
        switch query.filter.match(element) {
        case .other: break
        case .unclear: unclear += 1
        case .meant:
            let isHandedOut = found < query.limit
            let report = isHandedOut ? CaseFields.Report(personalData: query.personalData) : .nothing
            guard let listed = ListedCase(element, report) else {
                unclear += 1
                return
            }
            found += 1
            if isHandedOut { handOut(listed) }
        }
    }

    // MARK: - What came of it

    /// An answer to the request, whose body was taken piece by piece if it is one of success.
    package func decode(_ reply: Reply) -> Answer {
        guard reply.isSuccess else { return AnswerDecoder.decodeError(reply) }
        var content = Answer.Content()
        if let foreign = foreignWords(reply) {
            content.contradiction = foreign
        } else {
            content.isOwn = true
            content.contradiction = flaw
        }
        return Answer(status: reply.status, retryAfter: reply.retryAfter, content: content)
    }

    /// What in the answer says that it is not the service's list; nil if it is, whole or not.
    private func foreignWords(_ reply: Reply) -> String? {
        if reply.isFromCache { return "an answer from a cache" }
        if scanner.trouble == .notJSON { return words(scanner.around) ?? "no JSON" }
        guard scanner.isWhole else { return scanner.around.isEmpty ? "an empty answer" : nil }
        return scanner.around.withUnsafeBufferPointer { around in
            switch JSONSlice(text: around)?.member("cases") {
            case .one(let cases) where cases.isArray: Contradiction.find(in: around)
            case .one, .some(.none): "JSON without a list of cases"
            case .unclear, nil: nil
            }
        }
    }

    /// Whether what is around the list is sound, and has one list: the one whose cases were looked at. Of a
    /// list whose name is written with escapes, they stand in what is around it.
    private var isClear: Bool {
        scanner.around.withUnsafeBufferPointer { around in
            var isEmpty = true
            JSONSlice(text: around)?["cases"]?.forEachElement { _ in
                isEmpty = false
                return false
            }
            return isEmpty && JSONSlice(text: around)?["cases"] != nil
        }
    }

    private func words(_ text: [UInt8]) -> String? { text.withUnsafeBufferPointer(Contradiction.find) }

    /// Why the service's list is not to be relied on; nil if it is whole and clear.
    private var flaw: String? {
        switch scanner.trouble {
        case .elementTooLarge: return "a case in the list is larger than 1 MiB"
        case .aroundTooLarge: return "there is too much around the list"
        case .unsound, .notJSON: return "the list is not sound JSON"
        case .lacksMemory: return Shortage.memory.text
        case nil: break
        }
        if !scanner.isWhole { return "the list ends too early" }
        if !isClear { return "the list is not sound JSON" }
        return unclear > 0 ? decimal(unclear) + " cases in the list cannot be read" : nil
    }
}

extension ListedCase {
    /// nil if its id, or its state, cannot be read.
    fileprivate init?(_ element: JSONSlice, _ report: CaseFields.Report) {
        guard let fields = CaseFields(element, report), case .text = fields.id,
            let id = element["id"]?.text?.sound(bytesMax: CaseID.bytesMax)
        else { return nil }
        switch CaseReading.state(fields) {
        case .canceled(let snapshot), .notCanceled(let snapshot): self.snapshot = snapshot
        case .absent, .unreadable, .services: return nil
        }
        self.id = String(decoding: ASCII.trimmed(id[...]), as: UTF8.self)
    }
}
