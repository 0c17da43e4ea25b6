/// When a spoiled request is truly carried out.
public enum FaultEffect: Sendable, Equatable {
    /// Never.
    case none
    /// Before the fault is answered.
    case before
    /// Some time after the fault was answered: the service goes on working.
    case later(afterMS: Int, meanwhile: Meanwhile?)

    /// The answer to further cancels of a case whose cancel is still being worked on.
    public enum Meanwhile: Int, Sendable, CaseIterable {
        case conflict = 409
        case unprocessable = 422

        var answer: Answer {
            switch self {
            case .conflict: .error(409, "A cancel of this case is under way")
            case .unprocessable: .unableToCancel
            }
        }
    }

    /// What further cancels of the case are answered with while this one lasts.
    var meanwhile: Meanwhile? {
        guard case .later(_, let meanwhile) = self else { return nil }
        return meanwhile
    }
}

extension FaultFields {
    private enum EffectName: String, CaseIterable { case none, before, later }

    /// `effect`, with the two fields that belong to a later one.
    mutating func effect(of target: FaultTarget) throws(FaultError) -> FaultEffect {
        switch try effectName() {
        case .none: return .none
        case .before: return .before
        case .later:
            guard target == .cancel || target == .cancelServices else {
                throw FaultError("\"effect\": \"later\" is for \"on\": \"cancel\" or \"cancel_services\"")
            }
            let delayMS = try integer("effect_ms", in: 0...FaultLimits.delayMSMax)
            return .later(afterMS: delayMS ?? FaultLimits.effectMSDefault, meanwhile: try meanwhile())
        }
    }

    mutating func meanwhile() throws(FaultError) -> FaultEffect.Meanwhile? {
        guard let status = try integer("meanwhile", in: 409...422) else { return nil }
        guard let meanwhile = FaultEffect.Meanwhile(rawValue: status) else {
            throw FaultError("\"meanwhile\" is 409 or 422")
        }
        return meanwhile
    }

    /// `true` and `false` are older names of `before` and `none`.
    private mutating func effectName() throws(FaultError) -> EffectName {
        if let flag = takeFlag("effect") { return flag ? .before : .none }
        return try choice("effect", of: EffectName.self) ?? .none
    }
}
