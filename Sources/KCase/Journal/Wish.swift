import KCaseJSON
import KCaseSystem

/// A cancel that is asked for.
package struct Wish {
    let caseID: String
    /// The id without the case of its ASCII letters.
    let caseKey: String
    let tag: String?
    let intentKey: String?
    /// What of the case it is about, as JSON; nil: the whole case. Wishes for other parts are other wishes.
    let part: String?
    /// Whether a record of the case as canceled is answer enough.
    let usesJournal: Bool
    /// The intent of somebody else that this one waited for.
    package var awaited: Int64?

    package init(
        caseID: String, part: String? = nil, tag: String?, intentKey: String?, usesJournal: Bool
    ) {
        self.caseID = caseID
        caseKey = Wish.key(caseID)
        self.part = part
        self.tag = tag
        self.intentKey = intentKey
        self.usesJournal = usesJournal
    }

    static func key(_ caseID: String) -> String {
        var caseID = caseID
        return caseID.withUTF8 { bytes in
            String(unsafeUninitializedCapacity: bytes.count) { room in
                for place in bytes.indices { room[place] = ASCII.lowercase(bytes[place]) }
                return bytes.count
            }
        }
    }
}

/// An intent as its owner has it: another owner of it has another epoch.
package struct Intent: Equatable {
    package let id: Int64
    let epoch: Int64

    /// Whether it was another owner's before.
    package var isTakenOver: Bool { epoch > 1 }
}

/// What comes of a wish.
package enum Grant {
    /// The intent is durable, and the caller's to carry out.
    case granted(Intent)
    /// Somebody who lives has an intent for the case.
    case occupied(by: Int64)
    /// The journal has the case as canceled.
    case recorded
    /// The key is that of an intent for another case.
    case keyOfOtherCase
}

/// What came of an intent.
package struct Finding {
    let intent: Intent
    let outcome: StaticString
    let isSettled: Bool
    /// Writes what the trail keeps of it: the members of an object.
    let writeRecord: (inout JSONWriter) -> Void

    package init(
        _ intent: Intent, outcome: StaticString, isSettled: Bool,
        record: @escaping (inout JSONWriter) -> Void
    ) {
        self.intent = intent
        self.outcome = outcome
        self.isSettled = isSettled
        writeRecord = record
    }
}

/// What became of a finding.
package enum Recording {
    case written
    /// Another owner finished the intent before, with this outcome; nil: it is not finished, or was pruned.
    case late(String?)
}

/// An intent that was left unfinished, taken over.
package struct Orphan {
    package let intent: Intent
    package let caseID: String
    package let part: String?
    package let tag: String?
}
