import KCaseDriver
import KCaseJSON
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// What a result tells beside the others, if its call was about a part of a case.
enum PartMembers {
    static func of(_ part: CasePart, _ verdict: Verdict) -> CallResult.Additional {
        if let searchID = part.searchID { return [("search_id", text(searchID.text))] }
        var list = ""
        for (id, claim) in zip(part.serviceIDs, verdict.services?.list ?? []) {
            list += (list.utf8.isEmpty ? "[" : ",") + text(id.text, claim)
        }
        return [("services", list + (list.utf8.isEmpty ? "[]" : "]"))]
    }

    private static func text(_ id: String, _ claim: ServiceClaim) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.set("id", id)
        json.set("outcome", word: claim.outcome.name)
        json.set("evidence", word: claim.evidence.name)
        json.endObject()
        return json.text() ?? "null"
    }

    private static func text(_ text: String) -> String {
        var json = JSONWriter()
        json.add(text)
        return json.text() ?? "null"
    }
}
