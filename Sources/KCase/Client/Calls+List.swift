import KCaseDriver
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

extension Client {
    package func list(_ options: ListOptions) -> CallResult {
        let found = FoundCases(hiding: configuration.secrets)
        let list = CaseList(options.query, begin: { found.begin($0) }, handOut: { found.add($0) })
        let (conclusion, operation) = perform(.list, nil, options.operation, .list(list))
        // Of a list that did not come whole, nothing is told: what is missing in it may be what was meant.
        let isWhole = conclusion.verdict.outcome == .ok
        guard let members = isWhole ? found.takeMembers(of: list) : [] else { return .outOfResources }
        return CallResult(conclusion, operation, configuration, tag: options.tag, additional: members)
    }
}
