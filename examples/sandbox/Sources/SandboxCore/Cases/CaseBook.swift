/// All cases. Only cancels are stored: a case that nobody canceled is made when it is asked for,
/// so a million cases cost nothing until they are used.
public struct CaseBook: Sendable {
    public static let seededMax = 10_000_000

    /// Where a case lives; what a cancel is stored under.
    public enum Key: Sendable, Hashable {
        case fixture(Int)
        case seeded(Int)
    }

    public let seededCount: Int
    private var cancels: [Key: Stamp] = [:]

    public init(seeded: Int) {
        seededCount = min(max(0, seeded), Self.seededMax)
    }

    public static func seededID(_ number: Int) -> String {
        seededPrefix + padded(number, to: 12)
    }

    private static let seededPrefix = "10000000-0000-4000-8000-"

    /// The key of an id; `nil` where no case has it.
    public func key(of id: String) -> Key? {
        if let number = Self.number(in: id, after: Fixtures.prefix) {
            return (1...Fixtures.count).contains(number) ? .fixture(number) : nil
        }
        if let number = Self.number(in: id, after: Self.seededPrefix) {
            return number >= 1 && number <= seededCount ? .seeded(number) : nil
        }
        return nil
    }

    /// The case as it is now.
    public func record(_ key: Key) -> CaseRecord {
        let original = original(key)
        guard let stamp = cancels[key] else { return original }
        return original.canceled(at: stamp)
    }

    /// The case as it was at a moment; `nil` is before anybody here canceled it.
    func record(_ key: Key, asOf moment: Stamp?) -> CaseRecord {
        guard let moment, let stamp = cancels[key], stamp <= moment else { return original(key) }
        return record(key)
    }

    /// The case as it was before anybody here canceled it.
    public func original(_ key: Key) -> CaseRecord {
        switch key {
        case .fixture(let number): Fixtures.records[number - 1]
        case .seeded(let number):
            Fixtures.invited(
                Self.seededID(number),
                created: Fixtures.epoch.adding(minutes: 60).adding(milliseconds: Int64(number)))
        }
    }

    public func wasCanceledHere(_ key: Key) -> Bool { cancels[key] != nil }

    public mutating func cancel(_ key: Key, at now: Stamp) { cancels[key] = now }

    /// The home group's cases, newest first, at most `limit` of them; `archived`: the archived ones, too.
    func homeCases(archived: Bool, limit: Int, asOf moment: Stamp?) -> [CaseRecord] {
        let seeded = (0..<min(limit, seededCount)).map { record(.seeded(seededCount - $0), asOf: moment) }
        let fixtures = (1...Fixtures.count).reversed().map { record(.fixture($0), asOf: moment) }
            .filter { $0.group == .home && (archived || !$0.isArchived) }
        return seeded + fixtures.prefix(limit - seeded.count)
    }

    /// The decimal number that follows a prefix in exactly twelve digits.
    private static func number(in id: String, after prefix: String) -> Int? {
        let digits = id.utf8.dropFirst(prefix.utf8.count)
        guard id.utf8.starts(with: prefix.utf8), digits.count == 12,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
