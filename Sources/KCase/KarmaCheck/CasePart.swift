import KCaseProtocol
import KCaseSystem

/// The part of a case that a smaller cancel is about. (A class, so that operations carry no more than a
/// reference to it.)
package final class CasePart: Sendable {
    /// Its services; empty if it is a search.
    package let serviceIDs: [CaseID]
    /// Under which the service's data is read.
    package let serviceTypeID: CaseID?
    package let searchID: CaseID?

    private init(serviceIDs: [CaseID], serviceTypeID: CaseID?, searchID: CaseID?) {
        self.serviceIDs = serviceIDs
        self.serviceTypeID = serviceTypeID
        self.searchID = searchID
    }

    /// Services by their ids, which are read under the type: Screening, if none is given.
    package static func services(_ ids: [String], type: String?) throws(InvalidInput) -> CasePart {
        guard (1...ServiceSet.countMax).contains(ids.count) else { throw rule }
        var found: [CaseID] = []
        for (place, id) in ids.enumerated() {
            let name = "service_ids[" + decimal(place) + "]"
            let text = CText(id)
            let id = try CaseID(GivenText(text.pointer), calledBy: name)
            if let earlier = found.firstIndex(where: { $0.matches(id.bytes) }) {
                throw InvalidInput(name + ": is given twice, as service_ids[" + decimal(earlier) + "] too")
            }
            found.append(id)
        }
        let text = CText(type ?? ServiceTypes.screening.text)
        let type = try CaseID(GivenText(text.pointer), calledBy: "service_type_id")
        return CasePart(serviceIDs: found, serviceTypeID: type, searchID: nil)
    }

    /// For a list that is none.
    package static var rule: InvalidInput {
        InvalidInput("service_ids", "must be an array of 1 to " + decimal(ServiceSet.countMax) + " strings")
    }

    package static func search(_ id: GivenText) throws(InvalidInput) -> CasePart {
        CasePart(
            serviceIDs: [], serviceTypeID: nil, searchID: try CaseID(id, calledBy: "search_id"))
    }
}

/// The kinds of services under which the data of a case is read.
enum ServiceTypes {
    static var screening: StaticString { "30bc2c03-c8dd-409a-8da6-e0070ea6a681" }
}

extension CaseID {
    /// Other ids follow the rules of a case's; a complaint names the one that it is about.
    package init(_ given: GivenText, calledBy name: String) throws(InvalidInput) {
        do throws(InvalidInput) {
            self = try CaseID(given)
        } catch {
            let own = StaticString("case_id").bytes
            guard error.message.utf8.starts(with: own) else { throw error }
            throw InvalidInput(
                name + String(decoding: error.message.utf8.dropFirst(own.count), as: UTF8.self))
        }
    }
}
