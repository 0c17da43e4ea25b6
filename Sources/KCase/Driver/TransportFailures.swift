import KCaseHTTP
import KCaseProtocol

/// What the transport's errors mean to an operation.
extension Failure {
    init(_ error: TransportError) {
        self.init(
            sent: error.wasSent, isFinal: error.isFinal,
            trouble: Trouble(reason: Reason(error.kind), text: error.text))
    }

    package static var outOfResources: Failure { Failure(.outOfResources) }
}

extension Reason {
    fileprivate init(_ kind: TransportError.Kind) {
        self =
            switch kind {
            case .nameLookup: .nameLookup
            case .connect: .connect
            case .tls: .tls
            case .proxy: .proxy
            case .resources: .local
            case .answerLost: .answerLost
            }
    }
}
