/// Which tokens a revocation is about.
public enum TokenScope: String, Sendable, CaseIterable {
    /// The one that the request carries.
    case this
    /// Every token that was minted.
    case minted
    /// Every token, the fixed one included.
    case all
}
