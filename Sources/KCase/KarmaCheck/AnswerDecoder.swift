import KCaseHTTP
import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// Reads KarmaCheck's answers. The status line decides what an answer means; the body is only asked for
/// words, and for the state of a case. Nothing in it is required.
package enum AnswerDecoder {
    /// An answer to the request that cancels, probes or mints: the status, and the server's words.
    package static func decode(_ reply: Reply) -> Answer {
        var answer = Answer(status: reply.status, retryAfter: reply.retryAfter)
        if !reply.isSuccess {
            readWords(reply, into: &answer)
            answer.refusal = ServerWords.refusal(answer.message)
        }
        return answer
    }

    /// An answer to GET /case/id/{caseId}: also what it says about the case.
    package static func decodeRead(_ reply: Reply, of caseID: CaseID, personalData: Bool) -> Answer {
        var answer = decode(reply)
        if reply.isSuccess {
            answer.reading = reading(reply.body, of: caseID, personalData: personalData)
        }
        return answer
    }

    /// The token in an answer to POST /auth/api.
    static func decodeToken(_ reply: Reply) -> Secret? {
        guard let document = try? JSONDocument(parsing: reply.body, holdsSecrets: true) else { return nil }
        return document.root["token"]?.withString { bytes in
            Credentials.isToken(bytes) ? Secret(copying: bytes) : nil
        } ?? nil
    }

    // MARK: - The state of a case

    /// The documented body is {"cases": [CaseSummary]}; how many it holds is not documented, so the
    /// element is found by its id.
    private static func reading(
        _ body: UnsafeBufferPointer<UInt8>, of caseID: CaseID, personalData: Bool
    ) -> Reading {
        guard let document = try? JSONDocument(parsing: body),
            let cases = document.root["cases"], cases.isArray
        else { return .unreadable }
        var found: JSONValue?
        for index in 0..<cases.elementCount {
            // A case without an id that can be read might be this one.
            guard let element = cases.element(index), let id = element["id"],
                let isMatch = id.withString(caseID.matches)
            else { return .unreadable }
            guard isMatch else { continue }
            if found != nil { return .unreadable }
            found = element
        }
        guard let found else { return .absent }
        return state(found, personalData: personalData)
    }

    /// `secondaryCaseStatusId` of a canceled case. There is no such primary status, and an adverse action
    /// has a "Cancel" of its own, which says nothing of the case.
    private static var canceledID: StaticString { "4155584b-708c-4108-86a8-8f3321b9b17c" }

    /// The id decides. A name that contradicts it, an id that is no text, or a case without the status that
    /// the documents require of each, leaves the state open.
    private static func state(_ element: JSONValue, personalData: Bool) -> Reading {
        let secondary = element["secondaryCaseStatusId"]
        if let secondary, secondary.isString(canceledID) {
            return .canceled(CaseFields.snapshot(isCanceled: true, of: element, personalData: personalData))
        }
        let isAnotherID = secondary.map { $0.isNull || $0.isString } ?? true
        let isNamedCanceled = element["secondaryStatus"]?.isString("Canceled") ?? false
        let hasStatus = (element["caseStatusId"] ?? element["caseStatus"])?.isString ?? false
        guard isAnotherID, !isNamedCanceled, hasStatus else { return .unreadable }
        return .notCanceled(CaseFields.snapshot(isCanceled: false, of: element, personalData: personalData))
    }

    // MARK: - Words

    /// A body larger than this is no error message.
    private static var wordsBytesMax: Int { 65_536 }

    private static func readWords(_ reply: Reply, into answer: inout Answer) {
        guard reply.body.count <= wordsBytesMax else { return }
        if let document = try? JSONDocument(parsing: reply.body) {
            answer.message = document.root["message"].flatMap(flatten).map { PlainText.clean($0) }
            answer.error = document.root["error"]?.string.map { PlainText.clean($0) }
        } else if reply.isPlainText, let text = String(validating: reply.body, as: UTF8.self) {
            answer.message = text.utf8.isEmpty ? nil : PlainText.clean(text)
        }
    }

    /// A message is a text or, when a request does not validate, a list of texts.
    private static func flatten(_ value: JSONValue) -> String? {
        if let text = value.string { return text.utf8.isEmpty ? nil : text }
        guard value.isArray else { return nil }
        var joined: String?
        for index in 0..<min(value.elementCount, 20) {
            guard let text = value.element(index)?.string else { continue }
            joined = joined.map { $0 + "; " + text } ?? text
        }
        return joined
    }
}
