import KCaseJSON
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// The cases that were found in a list, as members of a result.
final class FoundCases {
    private let secrets: [Secret]
    private var redactor = Redactor([])
    /// nil after it was handed over.
    private var cases: JSONWriter?

    init(hiding secrets: [Secret]) { self.secrets = secrets }

    /// Another answer comes, to a request that shows this token: what was found before does not count.
    func begin(_ token: Secret) {
        redactor = Redactor(secrets + [token])
        var cases = JSONWriter()
        cases.beginArray()
        self.cases = consume cases
    }

    func add(_ found: ListedCase) { cases?.add(found, redactor) }

    /// nil where memory is lacking.
    func takeMembers(of list: CaseList) -> CallResult.Additional? {
        guard let cases = takeCases(), let summary = FoundCases.summary(of: list) else { return nil }
        return cases + summary
    }

    func takeCases() -> CallResult.Additional? {
        cases?.endArray()
        guard let text = cases.take()?.text() else { return nil }
        return [("cases", text)]
    }

    static func summary(of list: CaseList) -> CallResult.Additional? {
        var listing = JSONWriter()
        listing.beginObject()
        listing.set("seen", list.seen)
        listing.set("found", list.found)
        listing.set("truncated", list.found > list.query.limit)
        listing.endObject()
        guard let text = listing.text() else { return nil }
        return [("listing", text)]
    }
}

extension JSONWriter {
    mutating func add(_ found: ListedCase, _ redactor: Redactor) {
        beginObject()
        set("canceled", found.snapshot.isCanceled)
        for text in found.snapshot.texts { set(text.name, redactor.clean(text.value)) }
        for number in found.snapshot.numbers { set(number.name, number.value) }
        endObject()
    }
}
