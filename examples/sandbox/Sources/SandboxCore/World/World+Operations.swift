/// The API's operations as they answer when nothing goes wrong.
extension World {
    /// Cases in one answer of a list. The API has no paging; the sandbox keeps answers bounded.
    public static let listedCasesMax = 10_000

    mutating func carryOut(_ operation: Operation, _ call: Call, at now: Stamp) -> Answer {
        switch operation {
        case .authenticate: return authenticate(call.body, at: now)
        case .cancel(let id):
            return tokens.accepts(call.authorization) ? cancel(id, at: now) : .unauthorized
        case .control(let control): return answer(control, body: call.body)
        case .read, .list, .packages:
            guard tokens.accepts(call.authorization) else { return .badToken }
            return read(operation)
        }
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
        let verdict = CancelVerdict(for: record)
        if verdict == .allowed {
            cases.cancel(key, at: now)
            ledger.noteApplied(id)
        }
        return verdict.answer(second: options.secondCancel)
    }

    private func read(_ operation: Operation) -> Answer {
        switch operation {
        case .read(let id): readCase(id) { cases.record($0) }
        case .list(let query): list(query)
        default: .json(200, Package.minimalList)
        }
    }

    /// Reading an unknown case answers 403, as documented, and not 404.
    private func readCase(_ id: String, _ record: (CaseBook.Key) -> CaseRecord) -> Answer {
        guard let key = cases.key(of: id) else { return .noAccess(toCase: id) }
        let record = record(key)
        guard record.group == .home else { return .noAccess(toCase: id) }
        return .json(200, ["cases": [record.summary]])
    }

    /// A read that shows the case before its cancel.
    func readStale(_ id: String, _ authorization: String?) -> Answer {
        tokens.accepts(authorization) ? readCase(id) { cases.original($0) } : .badToken
    }

    /// All cases of the group. No case is archived here, so both lists show the same cases; only
    /// the second one knows filters, and all cases are of one package and by one user.
    private func list(_ query: String) -> Answer {
        let summaries = cases.homeCases(limit: Self.listedCasesMax).map(\.summary)
        let filtered = summaries.filter { summary in
            [("packageId", "packageId"), ("userId", "crUserId")].allSatisfy { filter, member in
                guard let wanted = queryValue(filter, in: query) else { return true }
                return summary[member]?.stringValue == wanted
            }
        }
        return .json(200, ["cases": .array(filtered)])
    }
}
