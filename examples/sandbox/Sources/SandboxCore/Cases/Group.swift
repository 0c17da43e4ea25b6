/// A group of a company: what one token can reach.
public struct Group: Sendable, Hashable {
    public let id: String
    public let name: String

    /// The group of every credential this sandbox hands out.
    public static let home = Group(
        id: "00000000-0000-4000-8000-00000000f001", name: "Sandbox Group")

    /// Somebody else's group.
    public static let other = Group(
        id: "00000000-0000-4000-8000-00000000f002", name: "Other Group")
}

/// The one company of the sandbox.
enum Company {
    static let id = "00000000-0000-4000-8000-00000000f010"
    static let name = "Sandbox Company"
    static let readableName = "sandbox-company"
}
