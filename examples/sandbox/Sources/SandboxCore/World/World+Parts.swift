/// The smaller cancels: some services of a case, or one search. Whether a list is carried out as a whole is
/// not documented, so a host can choose.
extension World {
    mutating func cancelServices(_ id: String, _ body: [UInt8], atMost count: Int = .max, at now: Stamp)
        -> Answer
    {
        guard let key = cases.key(of: id) else { return .serviceCaseNotFound }
        let record = cases.record(key)
        guard record.group == .home else { return .noAccess(toCase: id) }
        guard let wanted = JSON(parsing: body)?["serviceIds"]?.arrayValue?.map(\.stringValue),
            !wanted.contains(nil)
        else { return .errors(400, ["serviceIds must be an array", "each value must be a string"]) }
        let services = wanted.map { id in ServiceRecord.all.first { $0.id == id } }
        let refusals = services.map { service in
            service.map { refusal(of: $0, record, beside: services) } ?? .serviceCannotBeCanceled
        }
        let first = refusals.compactMap { $0 }.first
        if first == nil || options.services == .each {
            for (service, refusal) in zip(services, refusals).prefix(count) {
                guard let service, refusal == nil else { continue }
                guard parts.cancel(service.dataID(of: id), at: now) else { return .empty(500) }
            }
        }
        return first ?? .empty(200)
    }

    private func refusal(
        of service: ServiceRecord, _ record: CaseRecord, beside others: [ServiceRecord?]
    ) -> Answer? {
        switch state(of: service, record, asOf: .distantFuture) {
        case .canceled, .done: return .serviceCannotBeCanceled
        case .pending, .unrecorded: break
        }
        guard service.id == ServiceRecord.trace, !others.contains(where: { $0?.id == ServiceRecord.county }),
            let county = ServiceRecord.all.first(where: { $0.id == ServiceRecord.county }),
            state(of: county, record, asOf: .distantFuture) == .pending
        else { return nil }
        return .traceIsRequired
    }

    /// How a service stood at a moment. All services of a canceled case are canceled.
    private func state(
        of service: ServiceRecord, _ record: CaseRecord, asOf moment: Stamp?
    ) -> ServiceRecord.State {
        if record.isCanceled, service.original == .pending { return .canceled }
        guard let moment, let stamp = parts.canceled(service.dataID(of: record.id)), stamp <= moment
        else { return service.original }
        return service.original == .unrecorded ? .unrecorded : .canceled
    }

    mutating func cancelSearch(_ dataID: String, _ searchID: String, at now: Stamp) -> Answer {
        guard let (caseID, service) = ServiceRecord.parts(ofDataID: dataID), let key = cases.key(of: caseID)
        else { return .caseNotFound }
        guard cases.record(key).group == .home else { return .noAccess(toCase: caseID) }
        guard service.searches.contains(searchID) else { return .caseNotFound }
        let id = dataID + "." + searchID
        if parts.canceled(id) != nil { return .empty(204) }
        return parts.cancel(id, at: now) ? .empty(200) : .empty(500)
    }

    /// The data of a case, as far as it is of the type.
    /// - Parameter moment: `nil` is before anybody canceled anything.
    func readServices(_ id: String, _ type: String, asOf moment: Stamp?) -> Reading {
        guard let key = cases.key(of: id) else { return .refused(.noAccess(toCase: id)) }
        let record = cases.record(key, asOf: moment)
        guard record.group == .home else { return .refused(.noAccess(toCase: id)) }
        guard type == ServiceType.screening else {
            return ServiceType.others.contains(type)
                ? .data(nil) : .refused(.errors(400, ["serviceTypeId must be one of the documented"]))
        }
        let records = ServiceRecord.all.compactMap { service -> JSON? in
            let state = state(of: service, record, asOf: moment)
            return state == .unrecorded ? nil : service.summary(state, of: record)
        }
        return .data(records)
    }

    /// What really happened to the services and searches of a case.
    func partLedger(_ id: String) -> JSON {
        let counts = parts.counts(of: id)
        let services = ServiceRecord.all.map { service -> JSON in
            let dataID = service.dataID(of: id)
            let searches = service.searches.map { search -> JSON in
                ["id": .string(search), "canceled": .bool(parts.canceled(dataID + "." + search) != nil)]
            }
            return [
                "id": .string(service.id),
                "canceled": .bool(
                    parts.canceled(dataID) != nil || service.original == .canceled),
                "cancels_applied": .integer(parts.timesApplied(dataID)),
                "case_data_id": .string(dataID),
                "searches": .array(searches),
            ]
        }
        return [
            "id": .string(id),
            "cancel_requests": .integer(counts.cancelRequests),
            "search_requests": .integer(counts.searchRequests),
            "reads": .integer(counts.reads),
            "services": .array(services),
        ]
    }
}

extension Stamp {
    static let distantFuture = Stamp(milliseconds: .max)
}

extension Answer {
    // What the smaller cancels document, to the letter.

    static let serviceCannotBeCanceled = error(422, "Service cannot be canceled.")
    static let traceIsRequired = error(
        422, "SSN Trace is required when County, State, or Federal Criminal Search are ordered.")
    static let serviceCaseNotFound = json(404, [:])
}
