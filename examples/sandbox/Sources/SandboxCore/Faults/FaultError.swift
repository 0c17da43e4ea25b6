/// Why a fault rule was not accepted.
public struct FaultError: Error, Equatable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
