/// Turns a method and a request target into an operation.
public enum Router {
    public enum Route: Sendable, Equatable {
        case operation(Operation)
        case noRoute
        /// The path is known, the method is not: the methods it answers, as `Allow` spells them.
        case wrongMethod(allow: String)
    }

    public static func route(_ method: String, _ target: String) -> Route {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.count > 1 ? String(parts[1]) : ""
        let answers = operations(at: String(parts.first ?? ""), query: query)
        if answers.isEmpty { return .noRoute }
        if let match = answers.first(where: { $0.method == method }) {
            return .operation(match.operation)
        }
        return .wrongMethod(allow: answers.map(\.method).joined(separator: ", "))
    }

    /// Every operation a path has. A segment is percent-decoded once, after the path was split:
    /// an encoded slash stays inside its segment.
    private static func operations(
        at path: String, query: String
    ) -> [(method: String, operation: Operation)] {
        guard path.hasPrefix("/") else { return [] }
        let raw = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let segments = raw.map { percentDecoded($0) }
        guard !segments.contains("") else { return [] }

        switch segments.count {
        case 2 where segments == ["auth", "api"]:
            return [("POST", .authenticate)]
        case 2 where segments == ["case", "list"]:
            return [("GET", .list(query: "", archived: false))]
        case 3 where segments == ["case", "list", "all"]:
            return [("GET", .list(query: query, archived: true))]
        case 3 where segments == ["package", "min", "list"]:
            return [("GET", .packages)]
        case 3 where segments[0] == "case" && segments[1] == "id":
            return [("GET", .read(caseID: segments[2]))]
        case 4 where segments[0] == "case" && segments[1] == "id" && segments[3] == "cancel":
            return [("POST", .cancel(caseID: segments[2]))]
        case 5 where segments[0] == "case" && segments[1] == "id" && segments[3] == "services":
            return segments[4] == "cancel" ? [("POST", .cancelServices(caseID: segments[2]))] : []
        case 5 where segments[0] == "case" && segments[1] == "id" && segments[3] == "data":
            return [("GET", .readServices(caseID: segments[2], typeID: segments[4]))]
        case 8 where segments[..<3] == ["case", "data", "id"] && segments[4..<6] == ["search", "id"]:
            let operation = Operation.cancelSearch(dataID: segments[3], searchID: segments[6])
            return segments[7] == "cancel" ? [("POST", operation)] : []
        case 2... where segments[0] == "sandbox":
            return controls(Array(segments.dropFirst()), query: query)
        default:
            return []
        }
    }

    private static func controls(
        _ segments: [String], query: String
    ) -> [(method: String, operation: Operation)] {
        switch segments.count {
        case 1 where segments == ["ledger"]:
            return [("GET", .control(.ledger(query: query)))]
        case 2 where segments[0] == "ledger":
            return [("GET", .control(.ledgerEntry(caseID: segments[1])))]
        case 2 where segments[0] == "services":
            return [("GET", .control(.parts(caseID: segments[1])))]
        case 1 where segments == ["cases"]:
            return [("GET", .control(.cases))]
        case 1 where segments == ["faults"]:
            return [
                ("GET", .control(.showFaults)), ("POST", .control(.addFaults)),
                ("DELETE", .control(.clearFaults)),
            ]
        case 1 where segments == ["reset"]:
            return [("POST", .control(.reset))]
        case 2 where segments == ["tokens", "revoke"]:
            return [("POST", .control(.revokeTokens))]
        default:
            return []
        }
    }
}
