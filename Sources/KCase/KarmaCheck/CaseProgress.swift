import KCaseProtocol
import KCaseSystem

/// How far a case has come, as its members say.
extension CaseFields {
    /// `caseStatus` and `caseStatusId` of a case with which the service is done.
    private static var finishedWords: [StaticString] { ["complete", "adjudicated"] }
    private static var finishedIDs: [StaticString] {
        ["22334455-937e-46b1-8799-887766554433", "47463524-937e-46b1-8799-873f63e7b402"]
    }

    /// The member that tells when the processing began.
    static var beginning: StaticString { "beginProcessingStamp" }

    /// Both, where both are there, must say so.
    var isFinished: Bool {
        let word = CaseFields.isOneOf(CaseFields.finishedWords, status)
        let id = CaseFields.isOneOf(CaseFields.finishedIDs, statusID)
        return (word ?? true) && (id ?? true) && (word != nil || id != nil)
    }

    /// nil if there is none; false if it is no sound text.
    private static func isOneOf(_ words: [StaticString], _ found: Found) -> Bool? {
        switch found {
        case .none: nil
        case .text(let text): words.contains { text.elementsEqual($0.bytes) }
        case .unclear: false
        }
    }

    /// A case whose processing began tells when. (A stamp begins with the year.)
    static func isStamp(_ text: String) -> Bool { text.utf8.first.map(ASCII.isDigit) ?? false }
}
