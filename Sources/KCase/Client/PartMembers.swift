import KCaseDriver
import KCaseJSON
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// What a result tells beside the others, if its call was about a part of a case.
enum PartMembers {
    /// nil where memory is lacking.
    static func of(_ part: CasePart, _ verdict: Verdict) -> CallResult.Additional? {
        var json = JSONWriter()
        if let searchID = part.searchID {
            json.add(searchID.text)
            guard let text = json.text() else { return nil }
            return [("search_id", text)]
        }
        json.beginArray()
        for (id, claim) in zip(part.serviceIDs, verdict.services?.list ?? []) {
            json.beginObject()
            json.set("id", id.text)
            json.set("outcome", word: claim.outcome.name)
            json.set("evidence", word: claim.evidence.name)
            json.endObject()
        }
        json.endArray()
        guard let text = json.text() else { return nil }
        return [("services", text)]
    }
}
