/// The bearer tokens that are good right now.
struct TokenBook: Sendable {
    /// Minted tokens that are remembered; beyond it the oldest stops working.
    static let mintedMax = 10_000

    private var good: Set<String> = [Credentials.token]
    private var minted: [String] = []

    /// Whether an `Authorization` value carries a good token. The scheme's case does not matter.
    func accepts(_ authorization: String?) -> Bool {
        guard let authorization else { return false }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return good.contains(String(parts[1]))
    }

    mutating func add(_ token: String) {
        if minted.count == Self.mintedMax { good.remove(minted.removeFirst()) }
        minted.append(token)
        good.insert(token)
    }

    /// Revokes every minted token; says how many there were.
    mutating func revokeMinted() -> Int {
        let count = minted.count
        good.subtract(minted)
        minted.removeAll()
        return count
    }

    /// Revokes one token, the fixed one included; says whether it was good.
    mutating func revoke(_ token: String) -> Bool {
        minted.removeAll { $0 == token }
        return good.remove(token) != nil
    }
}
