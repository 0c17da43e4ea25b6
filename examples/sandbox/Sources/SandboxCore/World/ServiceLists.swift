/// How a list of services is carried out of which some are refused. The API does not document it, so a host
/// can choose.
public enum ServiceLists: String, Sendable, CaseIterable {
    /// Each by itself: those that can be canceled are, though the answer is a refusal.
    case each
    /// All or none of them.
    case all
}
