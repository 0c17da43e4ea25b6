/// What was read of a case: the state that the service reports, under the service's own names.
struct CaseSnapshot {
    let isCanceled: Bool
    private(set) var texts: [(name: StaticString, value: String)] = []
    private(set) var numbers: [(name: StaticString, value: Int64)] = []

    /// `secondaryCaseStatusId` of a canceled case. There is no such primary status, and an adverse action
    /// has a "Cancel" of its own, which says nothing of the case.
    static let canceledID: StaticString = "4155584b-708c-4108-86a8-8f3321b9b17c"

    /// The fields of the service's CaseSummary that are reported.
    private static var textFields: [StaticString] {
        [
            "id", "caseStatus", "caseStatusId", "secondaryStatus", "secondaryCaseStatusId",
            "resultType", "resultTypeId", "adverseActionStatusName", "adverseActionStatusId",
            "invitationStatusName", "invitationStatusId", "packageName", "packageId", "groupName",
            "groupProfileId", "apiTrackingCode", "crStamp", "modStamp", "orderedStamp",
            "beginOnboardingStamp", "completedOnboardingStamp", "beginProcessingStamp",
            "completedInitialProcessingStamp", "completedLatestProcessingStamp",
        ]
    }

    private static var numberFields: [StaticString] {
        ["archived", "isCustomerProvidedPii", "isMinorCandidate", "hasParentalConsent"]
    }

    /// Fields that name a person: reported only when asked for.
    private static var personalFields: [StaticString] {
        [
            "candidateId", "candidateEmail", "candidateGivenName", "candidateFamilyName",
            "invitationEmail", "invitationGivenName", "invitationFamilyName", "apiTrackingUser",
        ]
    }

    init(isCanceled: Bool, of value: JSONValue? = nil, personalData: Bool = false) {
        self.isCanceled = isCanceled
        guard let value else { return }
        for name in CaseSnapshot.textFields + (personalData ? CaseSnapshot.personalFields : []) {
            if let text = value[name]?.string { texts.append((name, PlainText.clean(text))) }
        }
        for name in CaseSnapshot.numberFields {
            if let number = value[name]?.integer { numbers.append((name, number)) }
        }
    }

    /// The snapshot with every text passed through the function.
    func mapTexts(_ change: (String) -> String) -> CaseSnapshot {
        var changed = self
        changed.texts = texts.map { ($0.name, change($0.value)) }
        return changed
    }
}
