/// A word of the API's vocabulary with its fixed id. Ids are opaque: some are not UUIDs.
public struct Term: Sendable, Hashable {
    public let name: String
    public let id: String

    private init(_ name: String, _ id: String) {
        self.name = name
        self.id = id
    }

    public enum Primary {
        public static let pending = Term("Pending", "d894b8a0-937e-46b1-8799-15bad611844f")
        public static let blocked = Term("Blocked", "93827364-937e-46b1-8799-777366485997")
        public static let complete = Term("Complete", "22334455-937e-46b1-8799-887766554433")
        public static let adjudicated = Term("Adjudicated", "47463524-937e-46b1-8799-873f63e7b402")
    }

    public enum Secondary {
        public static let waitingForAuthorization = Term(
            "Waiting for Authorization", "8e0c9756-a42f-4a7d-b8e2-412a0f6b9dea")
        public static let authorizationInProgress = Term(
            "Authorization in Progress", "c5f240cb-5221-451c-8bd1-4be5bf348ce5")
        public static let waitingForParentalConsent = Term(
            "Waiting for Parental Consent", "b2c707af-091f-4d07-9546-4a1453f939e5")
        public static let verifyingCandidateInput = Term(
            "Verifying Candidate Input", "status-type-verifying-cand-input")
        public static let reviewingOrder = Term("Reviewing Order", "status-type-reviewing-order")
        public static let consider = Term("Consider", "status-type-consider")
        public static let canceled = Term("Canceled", "4155584b-708c-4108-86a8-8f3321b9b17c")
    }

    public enum Result {
        public static let open = Term("Open", "8c94f0d9-57c9-4c7b-be95-5ec309cff330")
        public static let placed = Term("Placed", "bbbd9fa2-598f-43f6-8363-b8b55e7aa777")
        public static let preAdverse = Term(
            "Pre-Adverse Action", "14bba02d-e6c7-45bf-a993-e28c306303c6")
        public static let dispute = Term("Dispute Adverse Action", "result-type-dispute-adverse")
        public static let adverse = Term("Adverse Action", "d082a629-5dff-4303-83ae-897776ebcb17")
    }

    /// The state of an adverse action. Its `Cancel` is a canceled action, never a canceled case.
    public enum AdverseAction {
        public static let preAdverse = Term("Pre-Adverse", "bb34dc52-4e3b-4baf-8e0b-b6603f9e2a84")
        public static let dispute = Term("Dispute", "ebbcb8e0-a0e7-43fb-930e-e52db4032d47")
        public static let cancel = Term("Cancel", "d61950cb-00aa-4839-9da5-0c97f236c813")
        public static let post = Term("Post", "fb32cc36-7eb6-47fa-ad4a-2635e99f197a")
    }

    /// The state of one screening.
    public enum CaseData {
        public static let pending = Term("pending", "8f29e0de-10f2-4c84-8379-16c6eb7cdf64")
        public static let clear = Term("clear", "e086eea7-e4b7-4c74-ac04-4c3b51c23a33")
        public static let canceled = Term("canceled", "3d726502-d2e2-4d10-859b-8a218f22086d")
    }

    /// The state of a candidate's invitation; the API spells this one with two l's.
    public enum Invitation {
        public static let pending = Term("pending", "3f5e6898-6641-4685-8ee0-1363b7e10c98")
        public static let expired = Term("expired", "b5af27f7-8a03-4820-b2bd-82587dcacf5b")
        public static let completed = Term("completed", "d1962405-dd97-48f2-bede-530c2895481f")
        public static let cancelled = Term("cancelled", "0f6acacc-71c4-43ec-80fa-941ff71c0c16")
    }
}
