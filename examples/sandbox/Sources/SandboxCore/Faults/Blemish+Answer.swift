extension Blemish {
    /// The answer to a reading.
    /// - Parameter originals: the same cases before anybody canceled them.
    func answer(_ summaries: [JSON], originals: [JSON]) -> Answer {
        var answer = Answer.json(200, ["cases": .array(list(summaries, originals))])
        if let member = extraMember { answer.body = Self.insert(member, into: answer.body) }
        switch self {
        case .byteOrderMark: answer.body = [0xEF, 0xBB, 0xBF] + answer.body
        case .age: return answer.with("Age", "30")
        case .gzip:
            answer.body = Gzip.stored(answer.body)
            return answer.with("Content-Encoding", "gzip")
        default: break
        }
        return answer
    }

    private func list(_ summaries: [JSON], _ originals: [JSON]) -> [JSON] {
        switch self {
        case .twice: summaries + summaries
        case .twiceDiffering: summaries + originals
        default: summaries.map(blemished)
        }
    }

    private func blemished(_ summary: JSON) -> JSON {
        guard case .object(let members) = summary else { return summary }
        return .object(members.compactMap(blemished))
    }

    /// A member as it is shown; nothing where it is left out.
    private func blemished(_ member: JSON.Member) -> JSON.Member? {
        let text = member.value.stringValue ?? ""
        switch (self, member.name) {
        case (.upperCaseID, "secondaryCaseStatusId"):
            return JSON.Member(member.name, .string(text.uppercased()))
        case (.otherName, "secondaryCaseStatusId"):
            return JSON.Member("caseSecondaryStatusId", member.value)
        case (.wordOnly, "secondaryCaseStatusId"):
            return nil
        case (.wordOnly, "secondaryStatus") where text == Term.Secondary.canceled.name:
            return JSON.Member(member.name, "Cancelled")
        case (.blankID, "id"):
            return JSON.Member(member.name, .string(" \(text) "))
        default:
            return member
        }
    }

    /// A member that `JSON` cannot hold, as bytes, with the comma after it.
    private var extraMember: [UInt8]? {
        switch self {
        case .halfEmoji: Array(#""candidateMiddleName":"Jo \ud83d","#.utf8)
        case .nul: Array(#""candidateMiddleName":"Do\u0000e","#.utf8)
        case .latin1: Array(#""candidateMiddleName":"Ren"#.utf8) + [0xE9] + Array(#"","#.utf8)
        case .numberOutOfRange: Array(#""score":1e400,"sequence":18446744073709551616,"#.utf8)
        case .duplicateKey: Array(#""custom":{"note":"a","note":"b"},"#.utf8)
        default: nil
        }
    }

    /// Puts a member into every case, before the primary status.
    private static func insert(_ member: [UInt8], into body: [UInt8]) -> [UInt8] {
        let place = Array(#""caseStatusId":"#.utf8)
        return body.replacing(place, with: member + place)
    }
}
