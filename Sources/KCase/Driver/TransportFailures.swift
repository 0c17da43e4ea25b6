import KCaseHTTP
import KCaseProtocol
import KCaseSystem

/// What the transport's errors mean to an operation.
extension Failure {
    init(_ error: TransportError) {
        self.init(
            sent: error.wasSent, isFinal: error.isFinal,
            trouble: Trouble(reason: Reason(error.kind), text: error.text))
    }

    /// Of a request, or of a whole operation, that could not be begun.
    package static var outOfResources: Failure { Failure(TransportError.outOfResources) }

    /// Of one that could not be begun because this is lacking, which the text says.
    package static func lacking(_ shortage: Shortage, _ text: String) -> Failure {
        let reason: Reason = shortage == .memory ? .outOfMemory : .local
        return Failure(sent: false, trouble: Trouble(reason: reason, text: text))
    }
}

extension Reason {
    fileprivate init(_ kind: TransportError.Kind) {
        self =
            switch kind {
            case .nameLookup: .nameLookup
            case .connect: .connect
            case .tls: .tls
            case .proxy: .proxy
            case .memory: .outOfMemory
            case .descriptors: .local
            case .answerLost: .answerLost
            }
    }
}
