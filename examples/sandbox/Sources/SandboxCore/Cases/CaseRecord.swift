/// One case: the part of the API's case summary that can differ from case to case.
public struct CaseRecord: Sendable, Equatable {
    public let id: String
    public var group = Group.home
    public var primary = Term.Primary.pending
    public var secondary: Term?
    public var result = Term.Result.open
    public var adverseAction: Term?
    public var invitation = Term.Invitation.pending
    public var isMinor = false
    public var isCustomerProvidedPII = false
    /// Shown only by the list of all cases.
    public var isArchived = false

    public var created: Stamp
    public var modified: Stamp
    public var onboardingBegan: Stamp?
    public var onboardingCompleted: Stamp?
    public var processingBegan: Stamp?
    public var processingCompleted: Stamp?

    public init(id: String, created: Stamp) {
        self.id = id
        self.created = created
        self.modified = created
    }

    public var isCanceled: Bool { secondary == Term.Secondary.canceled }

    /// The case after a cancel took effect. Which primary status goes with Canceled is not
    /// documented, so it stays what it was: only the secondary status tells.
    public func canceled(at now: Stamp) -> CaseRecord {
        var record = self
        record.secondary = Term.Secondary.canceled
        if onboardingCompleted == nil { record.invitation = Term.Invitation.cancelled }
        record.modified = max(now, modified.adding(milliseconds: 1))
        return record
    }
}
