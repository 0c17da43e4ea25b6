/// What a cancel request comes to, decided by the case's state alone.
public enum CancelVerdict: Sendable, Equatable {
    case allowed
    case alreadyCanceled
    case alreadyStarted
    case unable

    /// The documents give two refusals and define neither. Here a case that went into adverse
    /// action is past canceling, and a case "has started" once its processing began.
    public init(for record: CaseRecord) {
        if record.isCanceled {
            self = .alreadyCanceled
        } else if record.adverseAction != nil {
            self = .unable
        } else if record.processingBegan != nil {
            self = .alreadyStarted
        } else {
            self = .allowed
        }
    }
}

/// The answer to canceling a canceled case. The API does not document it, so a host can choose.
public enum SecondCancel: Int, Sendable, CaseIterable {
    case ok = 200
    case notFound = 404
    case conflict = 409
    case unprocessable = 422

    var answer: Answer {
        switch self {
        case .ok: .empty(200)
        case .notFound: .caseNotFound
        case .conflict: .error(409, "The case is already canceled")
        case .unprocessable: .unableToCancel
        }
    }
}

extension CancelVerdict {
    func answer(second: SecondCancel) -> Answer {
        switch self {
        case .allowed: .empty(200)
        case .alreadyCanceled: second.answer
        case .alreadyStarted: .alreadyStarted
        case .unable: .unableToCancel
        }
    }
}
