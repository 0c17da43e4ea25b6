/// The API's operations as they answer when nothing goes wrong.
extension World {
    /// Cases in one answer of a list. The API has no paging; the sandbox keeps answers bounded.
    public static let listedCasesMax = 250_000

    mutating func carryOut(_ operation: Operation, _ call: Call, at now: Stamp) -> Answer {
        switch operation {
        case .authenticate: return authenticate(call.body, at: now)
        case .cancel(let id):
            return tokens.accepts(call.authorization) ? cancel(id, at: now) : tokenRefusal(operation, call)
        case .cancelServices(let id):
            return tokens.accepts(call.authorization)
                ? cancelServices(id, call.body, at: now) : tokenRefusal(operation, call)
        case .cancelSearch(let dataID, let searchID):
            return tokens.accepts(call.authorization)
                ? cancelSearch(dataID, searchID, at: now) : tokenRefusal(operation, call)
        case .control(let control): return answer(control, body: call.body)
        case .read, .list, .packages, .readServices:
            guard tokens.accepts(call.authorization) else { return tokenRefusal(operation, call) }
            return reading(operation, call, asOf: now)?.answer ?? .json(200, Package.minimalList)
        }
    }

    /// A token that a fault revoked is refused as the fault says, any other bad one as documented.
    func tokenRefusal(_ operation: Operation, _ call: Call) -> Answer {
        if let status = tokens.revokedStatus(of: call.authorization) {
            return .revokedToken(status, operation)
        }
        if operation.isCancel { return .unauthorized }
        return .badToken
    }

    private mutating func authenticate(_ body: [UInt8], at now: Stamp) -> Answer {
        let request = JSON(parsing: body) ?? .null
        let problems = ["apiKey", "clientAccessToken"].filter { request[$0]?.stringValue == nil }
        guard problems.isEmpty else {
            return .errors(400, problems.map { "\($0) must be a string" })
        }
        guard request["apiKey"]?.stringValue == Credentials.apiKey,
            request["clientAccessToken"]?.stringValue == Credentials.clientAccessToken
        else { return .badCredentials }

        let token = TokenMint.mint(at: now, using: &random)
        tokens.add(token.text)
        return .json(
            200,
            [
                "id": .string(token.id),
                "username": .string(TokenMint.username),
                "token": .string(token.text),
                "groupProfileId": .string(Group.home.id),
            ])
    }

    private mutating func cancel(_ id: String, at now: Stamp) -> Answer {
        guard let key = cases.key(of: id) else { return .caseNotFound }
        let record = cases.record(key)
        guard record.group == .home else { return .noAccess(toCase: id) }
        if let meanwhile = work.meanwhile(for: key) { return meanwhile.answer }
        let verdict = CancelVerdict(for: record)
        if verdict == .allowed {
            cases.cancel(key, at: now)
            ledger.noteApplied(id)
        }
        return verdict.answer(second: options.secondCancel)
    }
}
