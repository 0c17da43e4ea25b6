import KCaseProtocol
import KCaseShared
import KCaseSystem

/// What a batch has done.
package struct BatchStatistics {
    package private(set) var added: Int64 = 0
    package internal(set) var fetched: Int64 = 0
    /// How often each outcome came about, in the order of `Outcome.all`.
    package private(set) var outcomes = [Int64](repeating: 0, count: Outcome.all.count)
    package private(set) var requests: Int64 = 0
    package private(set) var retries: Int64 = 0
    package private(set) var readings: Int64 = 0
    package private(set) var began: Instant?
    private var meter = Meter()

    mutating func added(at now: Instant) {
        added += 1
        if began == nil { began = now }
    }

    mutating func finished(_ outcome: Outcome, at now: Instant) {
        if let index = Outcome.all.firstIndex(of: outcome) { outcomes[index] += 1 }
        meter.count(at: now)
    }

    mutating func count(_ attempts: [Attempt]) {
        requests += Int64(attempts.count)
        let cancels = attempts.count { $0.sending == .request(.cancel) }
        retries += Int64(max(cancels - 1, 0))
        readings += Int64(attempts.count { $0.sending == .request(.read) })
    }

    /// Results per 1000 seconds, lately.
    package mutating func speed(at now: Instant) -> Int64 { meter.perThousandSeconds(at: now) }
}
