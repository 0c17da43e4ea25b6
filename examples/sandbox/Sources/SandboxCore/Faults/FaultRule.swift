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
    /// When the request is carried out in spite of the fault.
    public var effect: FaultEffect
    /// The fields as they were given, to be shown again.
    public var fields: JSON

    public func matches(_ operation: Operation) -> Bool {
        target.matches(operation) && kind.fits(operation) && (caseID == nil || caseID == operation.caseID)
    }
}

/// The requests a fault can be aimed at.
public enum FaultTarget: String, Sendable, CaseIterable {
    case cancel, read, auth, mint, check, list, any
    case cancelServices = "cancel_services"
    case readServices = "read_services"
    case cancelSearch = "cancel_search"

    func matches(_ operation: Operation) -> Bool {
        switch (self, operation) {
        case (_, .control): false
        case (.any, _), (.cancel, .cancel), (.read, .read), (.auth, .authenticate),
            (.mint, .authenticate), (.check, .packages), (.list, .list),
            (.cancelServices, .cancelServices), (.readServices, .readServices),
            (.cancelSearch, .cancelSearch):
            true
        default: false
        }
    }
}

extension FaultKind {
    /// Some kinds have nothing to spoil but readings, cancels, or requests that carry a token.
    fileprivate func fits(_ operation: Operation) -> Bool {
        switch self {
        case .lag, .blemish: operation.isReading
        case .partial: if case .cancelServices = operation { true } else { false }
        case .staleRead: operation.caseID != nil && operation.isReading
        case .revoke: operation != .authenticate
        default: true
        }
    }
}

extension FaultRule {
    /// Further cancels of a case are not spoiled, but answered as the first one's rule says, while it is
    /// worked on.
    var meanwhile: FaultEffect.Meanwhile? {
        if case .atWork(_, let meanwhile) = kind { return meanwhile }
        return effect.meanwhile
    }
}

extension Operation {
    public var caseID: String? {
        switch self {
        case .cancel(let id), .read(let id), .cancelServices(let id), .readServices(let id, _): id
        case .cancelSearch(let dataID, _): ServiceRecord.parts(ofDataID: dataID)?.caseID
        default: nil
        }
    }

    /// Whether it cancels something.
    var isCancel: Bool {
        switch self {
        case .cancel, .cancelServices, .cancelSearch: true
        default: false
        }
    }
}
