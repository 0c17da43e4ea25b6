/// What a reading shows of one service of a case.
package enum ServiceReading {
    case canceled
    case notCanceled
    /// The answer holds nothing about it.
    case absent
    /// It is several things at once, or on its way from one to another.
    case unclear
}

/// Some of the services that a call is about, by their places in its list.
package struct ServiceSet: Equatable {
    /// How many services one call may be about.
    package static var countMax: Int { 64 }

    private var bits: UInt64

    package init() { bits = 0 }

    package func contains(_ place: Int) -> Bool {
        (0..<ServiceSet.countMax).contains(place) && bits >> UInt64(place) & 1 == 1
    }

    package mutating func insert(_ place: Int) {
        if (0..<ServiceSet.countMax).contains(place) { bits |= 1 << UInt64(place) }
    }

    package var count: Int { bits.nonzeroBitCount }
}

/// What is claimed of each of the services that a call is about, in their order. (A class, so that a verdict
/// without any carries no more than a nil.)
package final class ServiceClaims: Sendable {
    package let list: [ServiceClaim]

    package init(_ list: [ServiceClaim]) { self.list = list }
}

/// What is claimed of one service.
package struct ServiceClaim: Sendable {
    package var outcome: Outcome
    package var evidence: Evidence

    package init(_ outcome: Outcome, _ evidence: Evidence) {
        self.outcome = outcome
        self.evidence = evidence
    }
}
