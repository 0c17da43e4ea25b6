import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// What the host knows of a case beside its id.
package struct CaseKey {
    /// What the caller calls it, and what the service does.
    package let option: StaticString
    let member: StaticString
    /// An e-mail address, whose letter case does not count; another text counts byte by byte.
    package let isAddress: Bool

    package static var all: [CaseKey] {
        [
            CaseKey(option: "api_tracking_code", member: "apiTrackingCode", isAddress: false),
            CaseKey(option: "api_tracking_user", member: "apiTrackingUser", isAddress: false),
            CaseKey(option: "candidate_email", member: "candidateEmail", isAddress: true),
            CaseKey(option: "invitation_email", member: "invitationEmail", isAddress: true),
        ]
    }
}

/// Which cases of a list are meant: those that meet every criterion.
package struct CaseFilter {
    package enum Criterion {
        case key(CaseKey, [UInt8])
        /// nil: the case has none.
        case state(CaseState, CaseTerm?)
        /// Earlier than this, and not at it.
        case orderedBefore(WallTime)
        /// At this or later.
        case orderedAfter(WallTime)
        /// Nothing that the service says of the case speaks against canceling it.
        case likelyCancelable
    }

    /// What is found out about a case.
    package enum Match {
        case meant
        case other
        /// What decides cannot be read: the case may be meant.
        case unclear
    }

    private var criteria: [Criterion] = []

    package init() {}

    package mutating func add(_ criterion: Criterion) { criteria.append(criterion) }

    /// One criterion that is not met is enough, whatever cannot be read beside it.
    func match(_ element: JSONSlice) -> Match {
        var match = Match.meant
        for criterion in criteria {
            switch criterion.match(element) {
            case .meant: break
            case .other: return .other
            case .unclear: match = .unclear
            }
        }
        return match
    }
}

extension CaseFilter.Criterion {
    fileprivate func match(_ element: JSONSlice) -> CaseFilter.Match {
        switch self {
        case .key(let key, let wanted):
            key.isAddress
                ? CaseMember.word(element, key.member).match { ASCII.equalIgnoringCase($0, wanted) }
                : CaseMember.exact(element, key.member).match { $0.elementsEqual(wanted) }
        case .state(let state, let term):
            state.match(element, term)
        case .orderedBefore(let end):
            ordered(element) { $0 < end.millisecondsSince1970 }
        case .orderedAfter(let start):
            ordered(element) { $0 >= start.millisecondsSince1970 }
        case .likelyCancelable:
            Cancelability.match(element)
        }
    }

    private func ordered(_ element: JSONSlice, _ isMeant: (Int64) -> Bool) -> CaseFilter.Match {
        guard case .text(let text) = CaseMember.exact(element, "orderedStamp"),
            let time = text.withUnsafeBufferPointer(StampText.parse)
        else { return .unclear }
        return isMeant(time.millisecondsSince1970) ? .meant : .other
    }
}

extension CaseState {
    /// Ids go before words; two ids that differ decide nothing.
    fileprivate func match(_ element: JSONSlice, _ term: CaseTerm?) -> CaseFilter.Match {
        let ids = CaseMember.word(element, id)
        let otherIDs = otherID.map { CaseMember.word(element, $0) } ?? .none
        func byID(_ found: CaseFields.Found) -> CaseFilter.Match {
            found.match { text in term.map { ASCII.equalIgnoringCase(text, $0.id.bytes) } ?? false }
        }
        switch (ids, otherIDs) {
        case (.none, .none):
            let words = CaseMember.word(element, word)
            if case .none = words { return term == nil ? .meant : .other }
            return words.match { text in term.map { ASCII.equalIgnoringCase(text, $0.word.bytes) } ?? false }
        case (.none, let found), (let found, .none):
            return byID(found)
        default:
            return byID(ids) == byID(otherIDs) ? byID(ids) : .unclear
        }
    }
}

/// A member of a case that is looked at alone.
private enum CaseMember {
    /// The text as it is.
    static func exact(_ element: JSONSlice, _ name: StaticString) -> CaseFields.Found {
        switch element.member(name) {
        case .none: return .none
        case .unclear: return .unclear
        case .one(let value):
            if value.isNull { return .none }
            return value.text?.sound(bytesMax: JSONListScanner.elementBytesMax).map { .text($0) } ?? .unclear
        }
    }

    /// Without blanks around it; one of blanks alone is none.
    static func word(_ element: JSONSlice, _ name: StaticString) -> CaseFields.Found {
        guard case .text(let text) = exact(element, name) else { return exact(element, name) }
        let trimmed = ASCII.trimmed(text[...])
        return trimmed.isEmpty ? .none : .text(Array(trimmed))
    }
}

extension CaseFields.Found {
    fileprivate func match(_ isMeant: ([UInt8]) -> Bool) -> CaseFilter.Match {
        switch self {
        case .none: .other
        case .text(let text): isMeant(text) ? .meant : .other
        case .unclear: .unclear
        }
    }
}

/// What the documents tell about which cases can be canceled: not one that has started, and nothing says
/// otherwise of those that wait. It is a likelihood, for people who choose; only the service knows.
private enum Cancelability {
    static func match(_ element: JSONSlice) -> CaseFilter.Match {
        guard let fields = CaseFields(element, .nothing) else { return .unclear }
        switch CaseReading.state(fields) {
        case .notCanceled: break
        case .canceled: return .other
        case .absent, .unreadable, .services: return .unclear
        }
        if isFinal(fields) { return .other }
        return hasBegun(element)
    }

    /// Whether screenings have begun, or a decision against the candidate has: then it is not meant.
    private static func hasBegun(_ element: JSONSlice) -> CaseFilter.Match {
        let signs = signs
        var match = CaseFilter.Match.meant
        let isSound = element.forEachMember { key, value in
            guard signs.contains(where: key.equals), !value.isNull else { return true }
            guard let text = value.text else {
                match = .unclear
                return true
            }
            // A stamp of blanks is none.
            guard !text.isBlank else { return true }
            match = .other
            return false
        }
        return isSound ? match : .unclear
    }

    /// Complete or adjudicated, by its id or else by its word.
    private static func isFinal(_ fields: CaseFields) -> Bool {
        for term in CaseTerm.all where term.state == .status && term.isFinal {
            if case .text(let id) = fields.statusID {
                if ASCII.equalIgnoringCase(id, term.id.bytes) { return true }
            } else if case .text(let word) = fields.status {
                if ASCII.equalIgnoringCase(word, term.word.bytes) { return true }
            }
        }
        return false
    }

    private static var signs: [StaticString] {
        ["beginProcessingStamp", "adverseActionStatusId", "adverseActionStatusName"]
    }
}
