import KCaseDriver
import KCaseKarmaCheck
import KCaseSystem

/// The operations about less than a case, and those that wait for one.
extension Client {
    package func await(_ caseID: CaseID, _ options: GivenText) throws(InvalidInput) -> CallResult {
        let options = try CallOptions(options, configuration, and: .goal)
        return run(try options.awaitKind(), caseID, options)
    }

    package func cancelServices(
        _ ids: GivenText, of caseID: CaseID, _ options: GivenText
    ) throws(InvalidInput) -> CallResult {
        let options = try CallOptions(options, configuration, and: .serviceType)
        let part = try CasePart.services(ServiceIDs.read(ids), type: options.serviceTypeID)
        return cancel(part, of: caseID, options)
    }

    /// `dataID` is the id of the record to which the search belongs.
    package func cancelSearch(
        _ searchID: GivenText, of dataID: CaseID, _ options: GivenText
    ) throws(InvalidInput) -> CallResult {
        let part = try CasePart.search(searchID)
        return cancel(part, of: dataID, try CallOptions(options, configuration, and: .nothing))
    }

    private func cancel(_ part: CasePart, of caseID: CaseID, _ options: CallOptions) -> CallResult {
        let kind = OperationKind.cancelPart(part)
        if configuration.journal == nil { return run(kind, caseID, options) }
        return cancelJournaled(caseID, options, begin(caseID, options.operation, kind.subject))
    }
}
