/// A screening that every case of the sandbox has ordered: one for each thing that can come of canceling it.
/// Which states allow a cancel is not documented; here it is what is pending.
struct ServiceRecord: Sendable {
    enum State: Sendable {
        case pending, done, canceled
        /// Ordered, and without a record of its own yet.
        case unrecorded
    }

    let id: String
    let name: String
    let original: State
    /// The searches that the screening consists of; each can be canceled by itself.
    var searches: [String] = []

    static let all: [ServiceRecord] = [
        ServiceRecord(
            id: "service-employment", name: "Employment Verification", original: .pending,
            searches: ["search-1", "search-2"]),
        ServiceRecord(
            id: "service-education", name: "Education Verification", original: .pending,
            searches: ["search-1"]),
        ServiceRecord(id: county, name: "County Criminal Search", original: .pending),
        ServiceRecord(id: trace, name: "SSN Trace", original: .pending),
        ServiceRecord(id: "service-drug-5-panel", name: "Drug Screen, 5 Panel", original: .done),
        ServiceRecord(id: "service-mvr", name: "Motor Vehicle Report", original: .canceled),
        ServiceRecord(id: "service-license", name: "Professional License", original: .unrecorded),
    ]

    /// The trace is required as long as the county search is ordered.
    static let county = "service-county-criminal"
    static let trace = "service-ssn-trace"

    /// The id of its record in a case. A case's id comes first, so that the case can be found by it.
    func dataID(of caseID: String) -> String { caseID + "." + id }

    /// The case and the service of a record.
    static func parts(ofDataID id: String) -> (caseID: String, service: ServiceRecord)? {
        guard let point = id.firstIndex(of: ".") else { return nil }
        let service = all.first { $0.id == id[id.index(after: point)...] }
        return service.map { (String(id[..<point]), $0) }
    }

    /// The API's record, in a case.
    func summary(_ state: State, of record: CaseRecord) -> JSON {
        let term =
            switch state {
            case .canceled: Term.CaseData.canceled
            case .done: Term.CaseData.clear
            case .pending, .unrecorded: Term.CaseData.pending
            }
        return [
            "id": .string(dataID(of: record.id)),
            "caseId": .string(record.id),
            "serviceId": .string(id),
            "serviceName": .string(name),
            "status": .string(term.name),
            "statusId": .string(term.id),
            "statusDisplayName": .string(term.name),
            "details": .string("{}"),
            "detailsObject": ["records": .array(searches.map { ["searchId": .string($0)] })],
            "locked": 0,
            "crStamp": .string(record.created.text),
            "modStamp": .string(record.modified.text),
        ]
    }
}

/// The kinds of services under which the data of a case is read.
enum ServiceType {
    static let screening = "30bc2c03-c8dd-409a-8da6-e0070ea6a681"
    static let others = [
        "a3b74b1b-b665-40be-bad2-2a49c801cf3f", "service-type-payment", "service-type-idv",
        "service-type-shipment",
    ]
}
