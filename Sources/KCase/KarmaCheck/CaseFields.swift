import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// The members of the service's CaseSummary that are looked at, read in one pass.
struct CaseFields {
    /// What decides: which case it is, and its state. `caseSecondaryStatusId` is what the documents of the
    /// list call `secondaryCaseStatusId`.
    private static var deciding: [StaticString] {
        [
            "id", "caseStatus", "caseStatusId", "secondaryStatus", "secondaryCaseStatusId",
            "caseSecondaryStatusId",
        ]
    }

    /// What is reported beside that.
    private static var texts: [StaticString] {
        [
            "resultType", "resultTypeId", "adverseActionStatusName", "adverseActionStatusId",
            "invitationStatusName", "invitationStatusId", "packageName", "packageId", "groupName",
            "groupProfileId", "apiTrackingCode", "crStamp", "modStamp", "orderedStamp",
            "beginOnboardingStamp", "completedOnboardingStamp", "beginProcessingStamp",
            "completedInitialProcessingStamp", "completedLatestProcessingStamp",
        ]
    }

    /// What names a person: reported only when asked for.
    private static var personalTexts: [StaticString] {
        [
            "candidateId", "candidateEmail", "candidateGivenName", "candidateFamilyName",
            "invitationEmail", "invitationGivenName", "invitationFamilyName", "apiTrackingUser",
        ]
    }

    private static var numbers: [StaticString] {
        ["archived", "isCustomerProvidedPii", "isMinorCandidate", "hasParentalConsent"]
    }

    /// What is reported beside the state.
    enum Report {
        case nothing
        case usual
        /// What names a person, too.
        case personal

        init(personalData: Bool) { self = personalData ? .personal : .usual }
    }

    /// A deciding text as it was found.
    enum Found {
        case none
        /// Sound; lower case, without blanks at its ends.
        case text([UInt8])
        /// Given twice, or no sound text.
        case unclear
    }

    private let report: Report
    private var found: [Found] = Array(repeating: .none, count: deciding.count)
    private var reportedTexts: [(name: StaticString, value: String)] = []
    private var reportedNumbers: [(name: StaticString, value: Int64)] = []

    private static let decidingBytesMax = 1024

    /// nil if the element is no sound object.
    init?(_ element: JSONSlice, _ report: Report) {
        self.report = report
        let wantedTexts = CaseFields.texts + (report == .personal ? CaseFields.personalTexts : [])
        let isSound = element.forEachMember { key, value in
            if let index = CaseFields.deciding.firstIndex(where: key.equals) {
                takeDeciding(index, value)
            } else if report == .nothing {
                return true
            } else if let name = wantedTexts.first(where: key.equals) {
                takeText(name, value)
            } else if let name = CaseFields.numbers.first(where: key.equals) {
                takeNumber(name, value)
            }
            return true
        }
        guard isSound else { return nil }
    }

    private mutating func takeDeciding(_ index: Int, _ value: JSONSlice) {
        if case .none = found[index] {
            found[index] = CaseFields.decidingText(value)
            if report != .nothing { takeText(CaseFields.deciding[index], value) }
        } else {
            found[index] = .unclear
        }
    }

    /// null, and a text of blanks, count as not given.
    static func decidingText(_ value: JSONSlice) -> Found {
        if value.isNull { return .none }
        guard let bytes = value.text?.sound(bytesMax: decidingBytesMax) else { return .unclear }
        let text = ASCII.trimmed(bytes[...]).map(ASCII.lowercase)
        return text.isEmpty ? .none : .text(text)
    }

    private mutating func takeText(_ name: StaticString, _ value: JSONSlice) {
        guard let text = value.text else { return }
        let isNew = !reportedTexts.contains { $0.name.bytes.elementsEqual(name.bytes) }
        if isNew {
            reportedTexts.append((name, PlainText.clean(text.lenient(bytesMax: PlainText.bytesMax + 1))))
        }
    }

    private mutating func takeNumber(_ name: StaticString, _ value: JSONSlice) {
        let isNew = !reportedNumbers.contains { $0.name.bytes.elementsEqual(name.bytes) }
        if isNew, let number = value.integer { reportedNumbers.append((name, number)) }
    }

    // MARK: - What decides

    var id: Found { found[0] }
    var status: Found { found[1] }
    var statusID: Found { found[2] }
    var secondaryStatus: Found { found[3] }
    var secondaryStatusIDs: [Found] { [found[4], found[5]] }

    func snapshot(isCanceled: Bool) -> CaseSnapshot {
        var snapshot = CaseSnapshot(isCanceled: isCanceled, texts: reportedTexts, numbers: reportedNumbers)
        for text in reportedTexts where text.name.bytes.elementsEqual(CaseFields.beginning.bytes) {
            snapshot.hasStarted = CaseFields.isStamp(text.value)
        }
        snapshot.isFinished = isFinished
        return snapshot
    }
}
