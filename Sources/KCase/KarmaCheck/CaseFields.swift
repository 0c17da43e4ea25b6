import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// The members of the service's CaseSummary that are reported.
enum CaseFields {
    private static var texts: [StaticString] {
        [
            "id", "caseStatus", "caseStatusId", "secondaryStatus", "secondaryCaseStatusId",
            "resultType", "resultTypeId", "adverseActionStatusName", "adverseActionStatusId",
            "invitationStatusName", "invitationStatusId", "packageName", "packageId", "groupName",
            "groupProfileId", "apiTrackingCode", "crStamp", "modStamp", "orderedStamp",
            "beginOnboardingStamp", "completedOnboardingStamp", "beginProcessingStamp",
            "completedInitialProcessingStamp", "completedLatestProcessingStamp",
        ]
    }

    private static var numbers: [StaticString] {
        ["archived", "isCustomerProvidedPii", "isMinorCandidate", "hasParentalConsent"]
    }

    /// Members that name a person: reported only when asked for.
    private static var personalTexts: [StaticString] {
        [
            "candidateId", "candidateEmail", "candidateGivenName", "candidateFamilyName",
            "invitationEmail", "invitationGivenName", "invitationFamilyName", "apiTrackingUser",
        ]
    }

    static func snapshot(isCanceled: Bool, of value: JSONValue, personalData: Bool) -> CaseSnapshot {
        var foundTexts: [(name: StaticString, value: String)] = []
        var foundNumbers: [(name: StaticString, value: Int64)] = []
        for name in texts + (personalData ? personalTexts : []) {
            if let text = value[name]?.string { foundTexts.append((name, PlainText.clean(text))) }
        }
        for name in numbers {
            if let number = value[name]?.integer { foundNumbers.append((name, number)) }
        }
        return CaseSnapshot(isCanceled: isCanceled, texts: foundTexts, numbers: foundNumbers)
    }
}
