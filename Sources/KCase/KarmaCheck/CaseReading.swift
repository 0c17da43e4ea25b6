import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// What an answer's body says about one case.
enum CaseReading {
    /// `secondaryCaseStatusId` of a canceled case. There is no such primary status, and an adverse action
    /// has a "Cancel" of its own, which says nothing of the case.
    private static var canceledID: StaticString { "4155584b-708c-4108-86a8-8f3321b9b17c" }

    /// The documented body is {"cases": [CaseSummary]}; how many it holds is not documented, so the
    /// element is found by its id.
    static func read(
        _ body: UnsafeBufferPointer<UInt8>, of caseID: CaseID, meeting filter: CaseFilter? = nil,
        personalData: Bool
    ) -> Reading {
        guard let root = JSONSlice(text: body) else { return .unreadable }
        return read(root, of: caseID, meeting: filter, personalData: personalData)
    }

    private static func read(
        _ root: JSONSlice, of caseID: CaseID, meeting filter: CaseFilter? = nil, personalData: Bool
    ) -> Reading {
        guard case .one(let cases) = root.member("cases"), cases.isArray else { return .unreadable }
        var found: CaseFields?
        var isClear = true
        let isSound = cases.forEachElement { element in
            // A case without an id that can be read might be this one.
            guard let fields = CaseFields(element, CaseFields.Report(personalData: personalData)),
                case .text(let id) = fields.id
            else {
                isClear = false
                return false
            }
            guard caseID.matches(id) else {
                isClear = !caseID.resembles(id)
                return isClear
            }
            // It was found by something else that it has: without that, it is not known to be the one.
            isClear = found == nil && filter?.match(element) ?? .meant == .meant
            found = fields
            return isClear
        }
        guard isSound, isClear else { return .unreadable }
        guard let found else {
            // An error in the clothes of an answer says nothing about what there is.
            return Contradiction.find(in: root) == nil ? .absent : .unreadable
        }
        return state(found)
    }

    /// The id of the canceled state decides. Two ids that differ, an id that is no text, a status word that
    /// begins like "canceled" without the id, or a case without the status that the documents require of
    /// each, leave the state open.
    static func state(_ fields: CaseFields) -> Reading {
        var isCanceled = false
        var isAnother = false
        for found in fields.secondaryStatusIDs {
            switch found {
            case .none: break
            case .text(let id):
                if id.elementsEqual(canceledID.bytes) { isCanceled = true } else { isAnother = true }
            case .unclear: return .unreadable
            }
        }
        if isCanceled { return isAnother ? .unreadable : .canceled(fields.snapshot(isCanceled: true)) }
        for word in [fields.secondaryStatus, fields.status] {
            switch word {
            case .none: break
            case .text(let text): if text.starts(with: StaticString("cancel").bytes) { return .unreadable }
            case .unclear: return .unreadable
            }
        }
        switch (fields.statusID, fields.status) {
        case (.text, .none), (.none, .text), (.text, .text):
            return .notCanceled(fields.snapshot(isCanceled: false))
        default:
            return .unreadable
        }
    }

    /// Whether the body of an answer to a cancel shows the case as not canceled.
    static func showsNotCanceled(_ body: UnsafeBufferPointer<UInt8>, _ caseID: CaseID) -> Bool {
        guard let root = JSONSlice(text: body) else { return false }
        if case .notCanceled = read(root, of: caseID, personalData: false) { return true }
        guard let fields = CaseFields(root, .nothing), case .text(let id) = fields.id,
            caseID.matches(id), case .notCanceled = state(fields)
        else { return false }
        return true
    }
}
