/// What a batch has done.
struct Tally {
    private(set) var added: Int64 = 0
    var fetched: Int64 = 0
    private(set) var outcomes = [Int64](repeating: 0, count: Outcome.all.count)
    private(set) var requests: Int64 = 0
    private(set) var retries: Int64 = 0
    private(set) var readings: Int64 = 0
    private(set) var began: Milliseconds?
    private var meter = Meter()

    mutating func added(at now: Milliseconds) {
        added += 1
        if began == nil { began = now }
    }

    mutating func finished(_ outcome: Outcome, at now: Milliseconds) {
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
    mutating func speed(at now: Milliseconds) -> Int64 { meter.perThousandSeconds(at: now) }
}
