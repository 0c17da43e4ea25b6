extension CaseRecord {
    /// The API's case summary. A value that a case does not have is absent, never null.
    public var summary: JSON {
        var members: [JSON.Member] = []
        func add(_ name: String, _ value: JSON) { members.append(JSON.Member(name, value)) }
        func add(_ name: String, _ text: String) { add(name, .string(text)) }
        func add(_ name: String, _ flag: Bool) { add(name, .integer(flag ? 1 : 0)) }
        func add(_ name: String, _ stamp: Stamp?) {
            if let stamp { add(name, .string(stamp.text)) }
        }

        add("id", id)
        add("crStamp", created.text)
        add("crUserId", "00000000-0000-4000-8000-00000000f020")
        add("caseTypeId", "cde61186-4f22-45f4-9e19-429061365bce")
        add("caseType", "Background Check")
        add("caseStatusId", primary.id)
        add("caseStatus", primary.name)
        if let secondary {
            add("secondaryCaseStatusId", secondary.id)
            add("secondaryStatus", secondary.name)
        }
        add("resultType", result.name)
        add("resultTypeId", result.id)
        add("modStamp", modified.text)
        add("candidateEmail", candidateEmail)
        add("candidateGivenName", "Sample")
        add("candidateFamilyName", "Candidate")
        add("packageName", Package.basic.name)
        add("packageId", Package.basic.id)
        add("groupProfileId", group.id)
        add("groupName", group.name)
        add("caseInvitationId", "invitation-" + id)
        add("invitationStatusId", invitation.id)
        add("invitationStatusName", invitation.name)
        add("invitationEmail", candidateEmail)
        add("companyId", Company.id)
        add("companyName", Company.name)
        add("companyReadableName", Company.readableName)
        add("isMinorCandidate", isMinor)
        add("hasParentalConsent", false)
        add("isCustomerProvidedPii", isCustomerProvidedPII)
        add("archived", isArchived)
        if let adverseAction {
            add("adverseActionId", "adverse-" + id)
            add("adverseActionStatusName", adverseAction.name)
            add("adverseActionStatusId", adverseAction.id)
        }
        add("apiTrackingCode", "sandbox-" + id.suffix(12))
        add("apiTrackingUser", "recruiter-" + id.prefix(1))
        add("orderedStamp", created.text)
        add("beginOnboardingStamp", onboardingBegan)
        add("completedOnboardingStamp", onboardingCompleted)
        add("beginProcessingStamp", processingBegan)
        add("completedInitialProcessingStamp", processingCompleted)
        add("completedLatestProcessingStamp", processingCompleted)
        return .object(members)
    }

    private var candidateEmail: String { "candidate+" + id.suffix(12) + "@example.com" }
}
