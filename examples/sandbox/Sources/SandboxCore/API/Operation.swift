/// What a request asks for, once its method and path are understood.
public enum Operation: Sendable, Equatable {
    case authenticate
    case cancel(caseID: String)
    case read(caseID: String)
    case list(query: String, archived: Bool)
    case packages
    case cancelServices(caseID: String)
    case readServices(caseID: String, typeID: String)
    case cancelSearch(dataID: String, searchID: String)
    case control(Control)

    /// The sandbox's own switches; no part of the API.
    public enum Control: Sendable, Equatable {
        case ledger(query: String)
        case ledgerEntry(caseID: String)
        case parts(caseID: String)
        case cases
        case showFaults
        case addFaults
        case clearFaults
        case reset
        case revokeTokens
    }
}
