import KCaseHTTP
import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// Reads answers: whose they are, what they say in words, and what they say of a case.
///
/// An answer is the service's own if it has the form in which the service answers: JSON with its members, or
/// no body where its documents give none. Everything else was written by somebody between, or by another
/// service.
package enum AnswerDecoder {
    /// An answer to the request that cancels a case.
    package static func decodeCancel(_ reply: Reply, of caseID: CaseID, _ part: CasePart? = nil) -> Answer {
        guard reply.isSuccess else {
            return decodeError(reply, isOfServices: part.map { !$0.serviceIDs.isEmpty } ?? false)
        }
        return success(reply, contradictedBy: contradiction(in: reply, of: caseID, part))
    }

    private static func contradiction(in reply: Reply, of caseID: CaseID, _ part: CasePart?) -> String? {
        if reply.isFromCache { return "an answer from a cache" }
        if reply.body.isEmpty { return nil }
        if let found = Contradiction.find(in: reply.body) { return found }
        if let part {
            let isShown = ServicesReading.showsNotCanceled(reply.body, part.serviceIDs)
            return isShown ? "a service as not canceled" : nil
        }
        return CaseReading.showsNotCanceled(reply.body, caseID) ? "the case as not canceled" : nil
    }

    /// An answer to GET /case/id/{caseId}: also what it says about the case, if the case meets the filter.
    package static func decodeRead(
        _ reply: Reply, of caseID: CaseID, meeting filter: CaseFilter? = nil, personalData: Bool
    ) -> Answer {
        guard reply.isSuccess else { return decodeError(reply) }
        let reading =
            reply.isFromCache
            ? Reading.unreadable
            : CaseReading.read(reply.body, of: caseID, meeting: filter, personalData: personalData)
        return Answer(status: reply.status, retryAfter: reply.retryAfter, reading: reading)
    }

    /// An answer to a request that only asks whether the service is there: JSON that contradicts nothing.
    package static func decodeProbe(_ reply: Reply) -> Answer {
        guard reply.isSuccess else { return decodeError(reply) }
        if reply.isFromCache { return success(reply, contradictedBy: "an answer from a cache") }
        if let found = Contradiction.find(in: reply.body) { return success(reply, contradictedBy: found) }
        let root = JSONSlice(text: reply.body)
        let isJSON = root?.isObject ?? false || root?.isArray ?? false
        return success(reply, contradictedBy: isJSON ? nil : "no JSON")
    }

    private static func success(_ reply: Reply, contradictedBy words: String?) -> Answer {
        guard let words else { return Answer(status: reply.status, retryAfter: reply.retryAfter) }
        var content = Answer.Content()
        content.contradiction = words
        return Answer(status: reply.status, retryAfter: reply.retryAfter, content: content)
    }

    /// An answer that is no success, to whatever request.
    static func decodeError(_ reply: Reply, isOfServices: Bool = false) -> Answer {
        let words = ServerWords.documented(reply.body, status: reply.status)
        let found = words ?? ServerWords.foreign(reply.body, isPlainText: reply.isPlainText)
        var content = Answer.Content()
        content.isOwn =
            words != nil || isDocumentedWithoutBody(reply) || (isOfServices && isMissing(reply))
        content.hasOwnWords = words != nil
        content.message = found.message
        content.error = found.label
        content.refusal = ServerWords.refusal(found.message)
        return Answer(status: reply.status, retryAfter: reply.retryAfter, content: content)
    }

    /// The documents give these without a body.
    private static func isDocumentedWithoutBody(_ reply: Reply) -> Bool {
        reply.body.allSatisfy(ASCII.isBlank) && [401, 403, 404].contains(reply.status)
    }

    /// The documents give this one, to a cancel of services, an object without members.
    private static func isMissing(_ reply: Reply) -> Bool {
        guard reply.status == 404, let root = JSONSlice(text: reply.body) else { return false }
        var isEmpty = root.isObject
        root.forEachMember { _, _ in
            isEmpty = false
            return false
        }
        return isEmpty
    }

    /// An answer to GET /case/id/{caseId}/data/{serviceTypeId}: also what it says about each service.
    package static func decodeRead(_ reply: Reply, of part: CasePart) -> Answer {
        guard reply.isSuccess else { return decodeError(reply) }
        let reading =
            reply.isFromCache ? Reading.unreadable : ServicesReading.read(reply.body, of: part.serviceIDs)
        return Answer(status: reply.status, retryAfter: reply.retryAfter, reading: reading)
    }

    /// The token in an answer to POST /auth/api.
    static func decodeToken(_ reply: Reply) -> Secret? {
        guard Contradiction.find(in: reply.body) == nil, let root = JSONSlice(text: reply.body),
            let token = root["token"]?.text?.secret(bytesMax: Credentials.tokenBytesMax)
        else { return nil }
        return token.withBytes(Credentials.isToken) ? token : nil
    }
}
