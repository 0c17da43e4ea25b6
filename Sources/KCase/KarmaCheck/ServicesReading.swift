import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// What an answer's body says about services of a case: {"data": [CaseData]}, without "data" where there is
/// no record. A service may have several records.
enum ServicesReading {
    /// `statusId` of a screening that was canceled.
    private static var canceledID: StaticString { "3d726502-d2e2-4d10-859b-8a218f22086d" }

    /// What is looked at of a record.
    private static var members: [StaticString] {
        ["serviceId", "statusId", "status", "pendingStatusId", "pendingStatus"]
    }

    private static let textBytesMax = 1024

    static func read(_ body: UnsafeBufferPointer<UInt8>, of ids: [CaseID]) -> Reading {
        guard let root = JSONSlice(text: body), root.isObject, Contradiction.find(in: root) == nil else {
            return .unreadable
        }
        var found = [ServiceReading](repeating: .absent, count: ids.count)
        switch root.member("data") {
        case .unclear: return .unreadable
        case .none: return .services(found)
        case .one(let data):
            if data.isNull { return .services(found) }
            var isClear = true
            let isSound = data.forEachElement { record in
                isClear = note(record, ids, &found)
                return isClear
            }
            return isSound && isClear ? .services(found) : .unreadable
        }
    }

    /// Whether the body of an answer to a cancel shows one of them as not canceled.
    static func showsNotCanceled(_ body: UnsafeBufferPointer<UInt8>, _ ids: [CaseID]) -> Bool {
        guard case .services(let found) = read(body, of: ids) else { return false }
        return found.contains(.notCanceled)
    }

    /// False if the record cannot be read: it might be about any of them.
    private static func note(_ record: JSONSlice, _ ids: [CaseID], _ found: inout [ServiceReading]) -> Bool {
        var texts = [CaseFields.Found](repeating: .none, count: members.count)
        let isSound = record.forEachMember { key, value in
            guard let index = members.firstIndex(where: key.equals) else { return true }
            if case .none = texts[index] {
                texts[index] = CaseFields.decidingText(value)
            } else {
                texts[index] = .unclear
            }
            return true
        }
        guard isSound, case .text(let id) = texts[0] else { return false }
        guard let place = ids.firstIndex(where: { $0.matches(id) }) else {
            return !ids.contains { $0.resembles(id) }
        }
        let state = state(id: texts[1], word: texts[2], pending: [texts[3], texts[4]])
        found[place] = found[place] == .absent || found[place] == state ? state : .unclear
        return true
    }

    /// The id of the canceled state decides. A word that begins like "canceled" without it, or a state that
    /// is on its way there, leave it open.
    private static func state(
        id: CaseFields.Found, word: CaseFields.Found, pending: [CaseFields.Found]
    ) -> ServiceReading {
        if case .text(let text) = id, text.elementsEqual(canceledID.bytes) {
            if case .text(let word) = word { return beginsLikeCanceled(word) ? .canceled : .unclear }
            if case .unclear = word { return .unclear }
            return .canceled
        }
        for found in [word] + pending {
            switch found {
            case .none: break
            case .unclear: return .unclear
            case .text(let text):
                if beginsLikeCanceled(text) || text.elementsEqual(canceledID.bytes) { return .unclear }
            }
        }
        switch (id, word) {
        case (.text, _), (.none, .text): return .notCanceled
        default: return .unclear
        }
    }

    private static func beginsLikeCanceled(_ word: [UInt8]) -> Bool {
        word.starts(with: StaticString("cancel").bytes)
    }
}
