import KCaseSystem

/// A state of a case: where the service writes it.
package enum CaseState {
    case status
    case secondaryStatus
    case result

    /// The member with the state's id.
    var id: StaticString {
        switch self {
        case .status: "caseStatusId"
        case .secondaryStatus: "secondaryCaseStatusId"
        case .result: "resultTypeId"
        }
    }

    /// What the documents of the list call the same.
    var otherID: StaticString? { self == .secondaryStatus ? "caseSecondaryStatusId" : nil }

    /// The member with the state's word.
    var word: StaticString {
        switch self {
        case .status: "caseStatus"
        case .secondaryStatus: "secondaryStatus"
        case .result: "resultType"
        }
    }
}

/// What a state can be: the service's word for it, and its id.
package struct CaseTerm {
    package let state: CaseState
    package let word: StaticString
    let id: StaticString
    /// Whether the work on the case has come to its end.
    let isFinal: Bool

    fileprivate init(
        _ state: CaseState, _ word: StaticString, _ id: StaticString, isFinal: Bool = false
    ) {
        self.state = state
        self.word = word
        self.id = id
        self.isFinal = isFinal
    }

    package static var all: [CaseTerm] {
        [
            CaseTerm(.status, "Pending", "d894b8a0-937e-46b1-8799-15bad611844f"),
            CaseTerm(.status, "Blocked", "93827364-937e-46b1-8799-777366485997"),
            CaseTerm(.status, "Complete", "22334455-937e-46b1-8799-887766554433", isFinal: true),
            CaseTerm(.status, "Adjudicated", "47463524-937e-46b1-8799-873f63e7b402", isFinal: true),
            CaseTerm(.secondaryStatus, "Waiting for Authorization", "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea"),
            CaseTerm(.secondaryStatus, "Authorization in Progress", "c5f240cb-5221-451c-8bd1-4be5bf348ce5"),
            CaseTerm(
                .secondaryStatus, "Waiting for Parental Consent", "b2c707af-091f-4d07-9546-4a1453f939e5"),
            CaseTerm(.secondaryStatus, "Verifying Candidate Input", "status-type-verifying-cand-input"),
            CaseTerm(.secondaryStatus, "Reviewing Order", "status-type-reviewing-order"),
            CaseTerm(.secondaryStatus, "Consider", "status-type-consider"),
            CaseTerm(.secondaryStatus, "Canceled", "4155584b-708c-4108-86a8-8f3321b9b17c"),
            CaseTerm(.result, "Open", "8c94f0d9-57c9-4c7b-be95-5ec309cff330"),
            CaseTerm(.result, "Placed", "bbbd9fa2-598f-43f6-8363-b8b55e7aa777"),
            CaseTerm(.result, "Pre-Adverse Action", "14bba02d-e6c7-45bf-a993-e28c306303c6"),
            CaseTerm(.result, "Dispute Adverse Action", "result-type-dispute-adverse"),
            CaseTerm(.result, "Adverse Action", "d082a629-5dff-4303-83ae-897776ebcb17"),
        ]
    }
}
