import KCaseDriver
import KCaseJSON
import KCaseProtocol
import KCaseSystem

extension CallResult {
    /// The result's JSON, in memory from malloc; nil where memory is lacking.
    func writeJSON() -> UnsafeMutablePointer<CChar>? {
        guard let additional else { return nil }
        var json = JSONWriter()
        json.beginObject()
        if caseID.pointer.pointee != 0 { json.set("case_id", caseID) } else { json.setNull("case_id") }
        json.set("outcome", word: verdict.outcome.name)
        json.set("settled", verdict.isSettled)
        json.set("retriable", verdict.isRetriable)
        json.set("http_status", verdict.status > 0 ? Int64(verdict.status) : nil)
        json.set("reason", word: verdict.reason?.name)
        json.set("message", message)
        json.set("error", verdict.error)
        json.set("evidence", word: verdict.evidence.name)
        json.set("environment", word: environment)
        json.set("tag", tag)
        json.set("elapsed_ms", elapsed.count)
        json.set("retry_after_ms", verdict.retryAfter?.count)
        json.beginArray("attempts")
        for attempt in attempts { json.add(attempt) }
        json.endArray()
        json.set("case", verdict.snapshot)
        switch journaling {
        case .none:
            json.setNull("journaled")
            json.setNull("journal_error")
        case .written:
            json.set("journaled", true)
            json.setNull("journal_error")
        case .failed(let why):
            json.set("journaled", false)
            json.set("journal_error", why)
        }
        for member in additional { json.set(member.name, json: member.json) }
        json.endObject()
        return json.finish()
    }
}

extension JSONWriter {
    mutating func add(_ attempt: Attempt) {
        beginObject()
        set("request", word: attempt.sending.name)
        set("at", Timestamp(attempt.at))
        set("duration_ms", attempt.duration.count)
        set("sent", attempt.sent)
        set("http_status", attempt.status > 0 ? Int64(attempt.status) : nil)
        set("error", attempt.error)
        beginObject("request_ids")
        for id in attempt.requestIDs { set(id.name, id.value) }
        endObject()
        endObject()
    }

    fileprivate mutating func set(_ key: StaticString, _ snapshot: CaseSnapshot?) {
        guard let snapshot else { return setNull(key) }
        beginObject(key)
        set("canceled", snapshot.isCanceled)
        for field in snapshot.texts { set(field.name, field.value) }
        for field in snapshot.numbers { set(field.name, field.value) }
        endObject()
    }
}
