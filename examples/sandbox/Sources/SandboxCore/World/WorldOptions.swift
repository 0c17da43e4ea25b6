/// How a world starts, and starts again after a reset.
public struct WorldOptions: Sendable {
    public var seededCases: Int
    public var secondCancel: SecondCancel
    public var services: ServiceLists
    public var faults: [FaultRule]
    /// Feeds token ids and signatures.
    public var seed: UInt64

    public init(
        seededCases: Int = 0, secondCancel: SecondCancel = .unprocessable,
        services: ServiceLists = .each, faults: [FaultRule] = [], seed: UInt64 = 1
    ) {
        self.seededCases = seededCases
        self.secondCancel = secondCancel
        self.services = services
        self.faults = faults
        self.seed = seed
    }
}
