/// The sandbox's own switches, under `/sandbox/`.
extension World {
    mutating func answer(_ control: Operation.Control, body: [UInt8]) -> Answer {
        switch control {
        case .ledger(let query): return .json(200, ledgerPage(query))
        case .ledgerEntry(let id): return .json(200, entry(id))
        case .parts(let id): return .json(200, partLedger(id))
        case .cases: return .json(200, fixtureList)
        case .showFaults: return .json(200, ["faults": faults.json])
        case .addFaults: return addFaults(body)
        case .clearFaults:
            faults.clear()
            return .json(200, ["faults": 0])
        case .reset:
            self = World(restarted)
            return .json(200, ["reset": true])
        case .revokeTokens: return revokeTokens(body)
        }
    }

    /// A reset clears faults too, the ones from the start included.
    private var restarted: WorldOptions {
        var options = options
        options.faults = []
        // A token from before the reset is not minted a second time.
        var random = random
        options.seed = random.next()
        return options
    }

    private func ledgerPage(_ query: String) -> JSON {
        let offset = queryValue("offset", in: query).flatMap { Int($0) } ?? 0
        let limit = queryValue("limit", in: query).flatMap { Int($0) } ?? Ledger.pageMax
        let ids = ledger.caseIDs(offset: offset, limit: limit)
        return [
            "totals": ledger.totals.json,
            "case_count": .integer(ledger.rowCount),
            "cases": .array(ids.map(entry)),
        ]
    }

    private func entry(_ id: String) -> JSON {
        ledger.row(id).json(
            id: id, canceled: isCanceled(id), known: cases.key(of: id) != nil, atWork: work.count(of: id))
    }

    private var fixtureList: JSON {
        let fixtures = (1...Fixtures.count).map { number in
            fixture(cases.record(.fixture(number)))
        }
        return ["cases": .array(fixtures), "seeded": .integer(cases.seededCount)]
    }

    private func fixture(_ record: CaseRecord) -> JSON {
        let answer =
            record.group == .home
            ? CancelVerdict(for: record).answer(second: options.secondCancel)
            : .noAccess(toCase: record.id)
        let message = JSON(parsing: answer.body)?["message"]
        return [
            "id": .string(record.id),
            "caseStatus": .string(record.primary.name),
            "secondaryStatus": record.secondary.map { .string($0.name) } ?? .null,
            "resultType": .string(record.result.name),
            "adverseActionStatusName": record.adverseAction.map { .string($0.name) } ?? .null,
            "groupName": .string(record.group.name),
            "cancel": ["status": .integer(answer.status), "message": message ?? .null],
        ]
    }

    private mutating func addFaults(_ body: [UInt8]) -> Answer {
        guard let json = JSON(parsing: body) else { return .error(400, "The body is not JSON") }
        do {
            try faults.add(FaultRule.parse(json))
            return .json(200, ["faults": .integer(faults.count)])
        } catch {
            return .error(400, error.description)
        }
    }

    private mutating func revokeTokens(_ body: [UInt8]) -> Answer {
        if body.isEmpty { return .json(200, ["revoked": .integer(tokens.revokeMinted())]) }
        guard let request = JSON(parsing: body), case .object(let members) = request else {
            return .error(400, "The body is empty, or an object")
        }
        if members.isEmpty { return .json(200, ["revoked": .integer(tokens.revokeMinted())]) }
        guard members.count == 1, let token = request["token"]?.stringValue else {
            return .error(400, "The only member is \"token\", a text")
        }
        return .json(200, ["revoked": .integer(tokens.revoke(token) ? 1 : 0)])
    }
}
