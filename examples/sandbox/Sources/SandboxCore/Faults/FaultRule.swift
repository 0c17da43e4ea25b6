/// One fault: what goes wrong, for which requests, how often.
public struct FaultRule: Sendable, Equatable {
    public var kind: FaultKind
    public var target: FaultTarget
    /// Only requests about this case.
    public var caseID: String?
    /// How many requests it spoils; `nil` is without end.
    public var times: Int?
    /// The share of matching requests it spoils, drawn from a source seeded with `seed`.
    public var rate: Double
    public var seed: UInt64
    /// Whether the request is carried out before the fault is answered.
    public var effect: Bool
    /// The fields as they were given, to be shown again.
    public var fields: JSON

    public func matches(_ operation: Operation) -> Bool {
        target.matches(operation) && (caseID == nil || caseID == operation.caseID)
    }
}

/// The requests a fault can be aimed at.
public enum FaultTarget: String, Sendable, CaseIterable {
    case cancel, read, auth, check, list, any

    func matches(_ operation: Operation) -> Bool {
        switch (self, operation) {
        case (_, .control): false
        case (.any, _), (.cancel, .cancel), (.read, .read), (.auth, .authenticate),
            (.check, .packages), (.list, .list):
            true
        default: false
        }
    }
}

extension Operation {
    public var caseID: String? {
        switch self {
        case .cancel(let id), .read(let id): id
        default: nil
        }
    }
}
