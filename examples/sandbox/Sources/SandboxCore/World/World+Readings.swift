/// What readings show of the cases.
extension World {
    /// The summaries that a reading shows, or the answer in their place.
    enum Reading {
        case summaries([JSON])
        /// The records of a case's services; nothing where it has none of the type.
        case data([JSON]?)
        case refused(Answer)

        var answer: Answer {
            switch self {
            case .summaries(let summaries): .json(200, ["cases": .array(summaries)])
            case .data(let records?): .json(200, ["data": .array(records)])
            case .data(nil): .json(200, [:])
            case .refused(let answer): answer
            }
        }
    }

    /// A read or a list as the cases stood at a moment; nothing for other operations.
    /// - Parameter moment: `nil` is before anybody canceled anything.
    func reading(_ operation: Operation, _ call: Call, asOf moment: Stamp?) -> Reading? {
        guard operation.isReading else { return nil }
        guard tokens.accepts(call.authorization) else {
            return .refused(tokenRefusal(operation, call))
        }
        switch operation {
        case .read(let id): return readCase(id, asOf: moment)
        case .readServices(let id, let type): return readServices(id, type, asOf: moment)
        case .list(let query, let archived):
            return .summaries(list(query, archived: archived, asOf: moment))
        default: return nil
        }
    }

    /// Reading an unknown case answers 403, as documented, and not 404.
    private func readCase(_ id: String, asOf moment: Stamp?) -> Reading {
        guard let key = cases.key(of: id) else { return .refused(.noAccess(toCase: id)) }
        let record = cases.record(key, asOf: moment)
        guard record.group == .home else { return .refused(.noAccess(toCase: id)) }
        return .summaries([record.summary])
    }

    /// All cases of the group, or those that are not archived. Only the list of all knows filters, and all
    /// cases are of one package and by one user.
    private func list(_ query: String, archived: Bool, asOf moment: Stamp?) -> [JSON] {
        let records = cases.homeCases(archived: archived, limit: Self.listedCasesMax, asOf: moment)
        return records.map(\.summary).filter { summary in
            [("packageId", "packageId"), ("userId", "crUserId")].allSatisfy { filter, member in
                guard let wanted = queryValue(filter, in: query) else { return true }
                return summary[member]?.stringValue == wanted
            }
        }
    }
}

extension Operation {
    /// Whether it shows cases.
    var isReading: Bool {
        switch self {
        case .read, .list, .readServices: true
        default: false
        }
    }
}
