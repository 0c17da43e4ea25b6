/// The cases every sandbox has: one for each overall state the API documents.
public enum Fixtures {
    public static let count = 16

    /// The id of fixture `number`, which starts at 1.
    public static func id(_ number: Int) -> String {
        prefix + padded(number, to: 12)
    }

    static let prefix = "00000000-0000-4000-8000-"

    /// All fixtures, in the order of their numbers.
    static let records: [CaseRecord] = [
        invited(1),
        make(2) { record in
            record.secondary = Term.Secondary.authorizationInProgress
            record.isCustomerProvidedPII = true
            record.completeOnboarding()
        },
        make(3) { record in
            record.secondary = Term.Secondary.waitingForParentalConsent
            record.isMinor = true
            record.onboardingBegan = record.created.adding(minutes: 30)
        },
        make(4) { record in
            record.primary = Term.Primary.blocked
            record.secondary = Term.Secondary.verifyingCandidateInput
            record.completeOnboarding()
        },
        make(5) { record in
            record.primary = Term.Primary.blocked
            record.secondary = Term.Secondary.reviewingOrder
            record.completeOnboarding()
        },
        make(6) { $0.beginProcessing() },
        make(7) { $0.completeProcessing() },
        make(8) { record in
            record.completeProcessing()
            record.secondary = Term.Secondary.consider
        },
        make(9) { record in
            record.completeProcessing()
            record.primary = Term.Primary.adjudicated
            record.result = Term.Result.placed
        },
        adverse(10, Term.AdverseAction.preAdverse, Term.Result.preAdverse),
        adverse(11, Term.AdverseAction.dispute, Term.Result.dispute),
        adverse(12, Term.AdverseAction.post, Term.Result.adverse),
        make(13) { record in
            record.completeProcessing()
            record.secondary = Term.Secondary.consider
            record.adverseAction = Term.AdverseAction.cancel
        },
        canceled(14),
        make(15) { record in
            record.secondary = Term.Secondary.waitingForAuthorization
            record.group = .other
        },
        make(16) { record in
            record.secondary = Term.Secondary.waitingForAuthorization
            record.isArchived = true
        },
    ]

    static func invited(_ id: String, created: Stamp) -> CaseRecord {
        var record = CaseRecord(id: id, created: created)
        record.secondary = Term.Secondary.waitingForAuthorization
        return record
    }

    private static func invited(_ number: Int) -> CaseRecord {
        make(number) { $0.secondary = Term.Secondary.waitingForAuthorization }
    }

    private static func adverse(_ number: Int, _ action: Term, _ result: Term) -> CaseRecord {
        make(number) { record in
            record.completeProcessing()
            record.primary = Term.Primary.adjudicated
            record.adverseAction = action
            record.result = result
        }
    }

    /// Canceled long ago, with a primary status other than the one a fresh cancel leaves behind:
    /// a client that looks at anything but the secondary status is found out.
    private static func canceled(_ number: Int) -> CaseRecord {
        make(number) { record in
            record.primary = Term.Primary.complete
            record.secondary = Term.Secondary.canceled
            record.invitation = Term.Invitation.cancelled
            record.modified = record.created.adding(minutes: 90)
        }
    }

    private static func make(_ number: Int, _ shape: (inout CaseRecord) -> Void) -> CaseRecord {
        var record = CaseRecord(id: id(number), created: epoch.adding(minutes: Int64(number)))
        shape(&record)
        return record
    }

    /// 2026-01-05T09:00:00Z, before which nothing happened in the sandbox.
    static let epoch = Stamp(milliseconds: 1_767_603_600_000)
}

extension CaseRecord {
    fileprivate mutating func completeOnboarding() {
        onboardingBegan = created.adding(minutes: 30)
        onboardingCompleted = created.adding(minutes: 45)
        invitation = Term.Invitation.completed
        modified = created.adding(minutes: 45)
    }

    fileprivate mutating func beginProcessing() {
        completeOnboarding()
        processingBegan = created.adding(minutes: 46)
        modified = created.adding(minutes: 46)
    }

    fileprivate mutating func completeProcessing() {
        beginProcessing()
        primary = Term.Primary.complete
        processingCompleted = created.adding(minutes: 600)
        modified = created.adding(minutes: 600)
    }
}
