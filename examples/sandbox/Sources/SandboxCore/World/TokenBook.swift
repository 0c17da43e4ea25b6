/// The bearer tokens that are good right now.
struct TokenBook: Sendable {
    /// Minted tokens that are remembered; beyond it the oldest stops working.
    static let mintedMax = 10_000

    private var good: Set<String> = [Credentials.token]
    private var minted: [String] = []
    /// Tokens that a fault revoked, and the status they are refused with. Bounded as the minted ones are.
    private var revoked: [String: Int] = [:]

    /// Whether an `Authorization` value carries a good token. The scheme's case does not matter.
    func accepts(_ authorization: String?) -> Bool {
        Self.token(in: authorization).map(good.contains) ?? false
    }

    /// The status that a token is refused with since a fault revoked it.
    func revokedStatus(of authorization: String?) -> Int? {
        Self.token(in: authorization).flatMap { revoked[$0] }
    }

    private static func token(in authorization: String?) -> String? {
        let parts = (authorization ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
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

    /// Revokes the tokens of a scope, to be refused with this status from now on.
    mutating func revoke(
        _ scope: TokenScope, carriedBy authorization: String?, answering status: Int
    ) {
        let tokens: [String] =
            switch scope {
            case .this: Self.token(in: authorization).map { [$0] } ?? []
            case .minted: minted
            case .all: Array(good)
            }
        if revoked.count + tokens.count > Self.mintedMax { revoked.removeAll() }
        for token in tokens where revoke(token) { revoked[token] = status }
    }
}
