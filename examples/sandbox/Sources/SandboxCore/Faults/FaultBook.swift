/// The rules in force. The first rule that matches and draws itself spoils the request.
struct FaultBook: Sendable {
    private struct Entry: Sendable {
        let rule: FaultRule
        var random: SplitMix64
        var fired = 0

        var isSpent: Bool { rule.times.map { fired >= $0 } ?? false }
    }

    private var entries: [Entry] = []

    init(_ rules: [FaultRule]) {
        entries = rules.prefix(FaultLimits.rulesMax).map(Self.entry)
    }

    var count: Int { entries.count }

    /// Adds all rules or none.
    mutating func add(_ rules: [FaultRule]) throws(FaultError) {
        guard entries.count + rules.count <= FaultLimits.rulesMax else {
            throw FaultError("more than \(FaultLimits.rulesMax) fault rules")
        }
        entries += rules.map(Self.entry)
    }

    mutating func clear() { entries.removeAll() }

    /// The rule that spoils this request, if one does.
    /// - Parameters:
    ///   - hasPast: whether the case was canceled here, so that a read could be stale.
    ///   - isAtWork: whether a cancel of the case is being worked on, so that no second one begins.
    mutating func fire(on operation: Operation, hasPast: Bool, isAtWork: Bool) -> FaultRule? {
        for index in entries.indices {
            let rule = entries[index].rule
            guard !entries[index].isSpent, rule.matches(operation) else { continue }
            if rule.kind == .staleRead && !hasPast { continue }
            if rule.meanwhile != nil && isAtWork { continue }
            guard entries[index].random.chance(rule.rate) else { continue }
            entries[index].fired += 1
            return rule
        }
        return nil
    }

    var json: JSON {
        .array(
            entries.map { entry in
                ["rule": entry.rule.fields, "fired": .integer(entry.fired)]
            })
    }

    private static func entry(_ rule: FaultRule) -> Entry {
        Entry(rule: rule, random: SplitMix64(seed: rule.seed))
    }
}

extension SplitMix64 {
    /// True in this share of all draws. Every draw takes one number, whatever the share.
    fileprivate mutating func chance(_ share: Double) -> Bool {
        Double(next() >> 11) < share * 0x1p53
    }
}
