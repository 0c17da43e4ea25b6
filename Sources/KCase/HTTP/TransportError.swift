import KCaseSystem

/// Why a request brought no whole answer.
package struct TransportError {
    package enum Kind {
        case nameLookup
        case connect
        case tls
        case proxy
        /// This machine lacks it.
        case memory
        case descriptors
        case answerLost
    }

    package var kind: Kind
    /// Whether any byte of the request can have left this machine.
    package var wasSent: Bool
    /// Whether the same request would fail in the same way again: a certificate that is not accepted, say.
    package var isFinal: Bool
    package var text: String

    package init(_ kind: Kind, wasSent: Bool, isFinal: Bool = false, text: String) {
        self.kind = kind
        self.wasSent = wasSent
        self.isFinal = isFinal
        self.text = text
    }

    /// The connection ended inside the head of an answer, or before a final one.
    static var incomplete: TransportError {
        TransportError(.answerLost, wasSent: true, text: "the answer ended too early")
    }

    /// Of a request that could not be begun.
    package static var outOfResources: TransportError { lacking(.present, wasSent: false) }

    static func lacking(_ shortage: Shortage, wasSent: Bool) -> TransportError {
        switch shortage {
        case .memory: TransportError(.memory, wasSent: wasSent, text: shortage.text)
        case .descriptors: TransportError(.descriptors, wasSent: wasSent, text: shortage.text)
        }
    }

    /// Of a request that was in flight when somebody closed what it was waited for with.
    static func descriptorsLost(_ exchange: some TransportExchange) -> TransportError {
        TransportError(
            .descriptors, wasSent: exchange.wasSent,
            text: "descriptors of this library were closed by another part of the program, or are lacking")
    }

    /// Of a request that was in flight when its share of the time was over.
    package static func tooSlow(
        _ exchange: some TransportExchange, after limit: Milliseconds
    ) -> TransportError {
        let within = " within " + decimal(limit.count) + " ms"
        return exchange.wasSent
            ? TransportError(.answerLost, wasSent: true, text: "no answer came" + within)
            : TransportError(.connect, wasSent: false, text: "no connection was made" + within)
    }
}
