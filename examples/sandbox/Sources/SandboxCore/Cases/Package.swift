/// A package of screenings that a customer can order.
struct Package: Sendable {
    let id: String
    let name: String

    static let basic = Package(id: "00000000-0000-4000-8000-00000000f031", name: "Basic Check")
    static let extended = Package(
        id: "00000000-0000-4000-8000-00000000f032", name: "Extended Check")

    /// The minimal list of packages. The documents at hand do not show its shape, only that it
    /// exists: clients use it to learn whether their token is good.
    static let minimalList: JSON = .array(
        [basic, extended].map { ["id": .string($0.id), "name": .string($0.name)] })
}
