/// How a reading spells a case. Some ways decide nothing, and all of those that do decide the truth.
enum CaseSpelling: CaseIterable {
    case documented, mark, capitals, otherName, blanks, halfEmoji, zeroCharacter, hugeNumber,
        duplicateElsewhere
    case among, wordOnly, twice, wordless, garbled

    private static let canceledID = "4155584b-708c-4108-86a8-8f3321b9b17c"

    static func draw(_ random: inout SeededRandom, blemish: Double) -> CaseSpelling {
        random.happens(blemish) ? random.pick(allCases) : .documented
    }

    func body(_ id: String, _ isCanceled: Bool) -> String {
        let status = isCanceled ? Self.canceledID : "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea"
        let word = isCanceled ? "Canceled" : "Waiting for Authorization"
        let plain =
            #""id":"\#(id)","caseStatus":"Pending","secondaryStatus":"\#(word)","#
            + #""secondaryCaseStatusId":"\#(status)""#
        switch self {
        case .documented: return list("{\(plain)}")
        case .mark: return "\u{FEFF}" + list("{\(plain)}")
        case .capitals:
            return list(
                #"{"id":"\#(id)","caseStatus":"Pending","secondaryCaseStatusId":"\#(status.uppercased())"}"#)
        case .otherName:
            return list(#"{"id":"\#(id)","caseStatus":"Pending","caseSecondaryStatusId":"\#(status)"}"#)
        case .blanks:
            return list(#"{"id":" \#(id)","caseStatus":"Pending ","secondaryCaseStatusId":" \#(status) "}"#)
        case .halfEmoji: return list(#"{"candidateGivenName":"\ud83d",\#(plain)}"#)
        case .zeroCharacter: return list(#"{"groupName":"a\u0000b",\#(plain)}"#)
        case .hugeNumber: return list(#"{"archived":99999999999999999999999,\#(plain)}"#)
        case .duplicateElsewhere:
            return list(#"{"id":"other","packageName":"a","packageName":"b"},{\#(plain)}"#)
        case .among:
            return list(#"{"id":"x","secondaryCaseStatusId":"\#(Self.canceledID)"},{\#(plain)},{"id":"y"}"#)
        // These leave the state open.
        case .wordOnly:
            let spelled = isCanceled ? "Cancelled" : word
            return list(#"{"id":"\#(id)","caseStatus":"Pending","secondaryStatus":"\#(spelled)"}"#)
        case .twice: return list("{\(plain)},{\(plain)}")
        case .wordless: return list(#"{"id":"\#(id)"}"#)
        case .garbled: return String(list("{\(plain)}").dropLast(7))
        }
    }

    private func list(_ elements: String) -> String { #"{"cases":[\#(elements)]}"# }
}
