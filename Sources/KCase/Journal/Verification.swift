import KCaseJSON
import KCaseSystem

/// What a look at the whole trail found.
package struct Verification {
    /// What is wrong with a range of entries.
    enum Kind {
        case altered, missing, cutOff, rewritten, notAsIndexed

        var name: StaticString {
            switch self {
            case .altered: "altered"
            case .missing: "missing"
            case .cutOff: "cut_off"
            case .rewritten: "rewritten"
            case .notAsIndexed: "index_differs"
            }
        }
    }

    /// What became of the head that was kept elsewhere.
    enum HeadState {
        case notGiven, matches, differs, missing, pruned

        var name: StaticString? {
            switch self {
            case .notGiven: nil
            case .matches: "matches"
            case .differs: "differs"
            case .missing: "missing"
            case .pruned: "pruned"
            }
        }
    }

    private struct Finding {
        let kind: Kind
        var first: Int64
        var last: Int64
    }

    private var findings: [Finding] = []
    /// More are not told apart.
    private static let findingsMax = 100
    private var hasMore = false

    var base: TrailHead
    var head: TrailHead
    var headState = HeadState.notGiven
    /// Up to which entry the head that was kept holds the trail.
    var anchored: Int64 = 0

    init(base: TrailHead) {
        self.base = base
        head = base
    }

    package var isIntact: Bool { findings.isEmpty && headState != .differs && headState != .missing }

    /// Whether a head was given that says nothing, since what it is about was pruned.
    package var isUnanchored: Bool { headState == .pruned || headState == .notGiven }

    mutating func note(_ kind: Kind, _ first: Int64, _ last: Int64) {
        if let end = findings.indices.last, findings[end].kind == kind, findings[end].last &+ 1 >= first {
            findings[end].last = max(last, findings[end].last)
        } else if findings.count < Verification.findingsMax {
            findings.append(Finding(kind: kind, first: first, last: last))
        } else {
            hasMore = true
        }
    }

    // MARK: - As text

    /// What is wrong first, for people.
    package var summary: String {
        guard let first = findings.first else {
            return isUnanchored
                ? "Every entry fits the one before. Without a head that was kept elsewhere, that does not"
                    + " show whether the end was cut off, or the whole was rewritten."
                : "The journal is as it was when the head was taken, and every later entry fits the one"
                    + " before."
        }
        var text = "The journal was changed: entries " + decimal(first.first)
        text += " to " + decimal(first.last)
        text += " are " + first.kind.words.text + "."
        return text
    }

    /// A JSON object; nil where memory is lacking.
    package func json() -> String? {
        var json = JSONWriter()
        json.beginObject()
        json.set("intact", isIntact)
        json.set("first", base.count &+ 1)
        json.set("last", head.count)
        json.set("expected_head", word: headState.name)
        json.set("anchored_to", anchored > 0 ? anchored : nil)
        json.beginArray("findings")
        for finding in findings {
            json.beginObject()
            json.set("what", word: finding.kind.name)
            json.set("from", finding.first)
            json.set("to", finding.last)
            json.endObject()
        }
        json.endArray()
        json.set("more_findings", hasMore)
        json.set("not_detected", limits)
        json.endObject()
        return json.text()
    }

    /// What this cannot have found.
    private var limits: String {
        if anchored >= head.count { return "what came after the head that was given and was cut off" }
        var text = "changes of the entries from " + decimal(max(anchored, base.count) &+ 1)
        text += " on: whoever can write the file can rewrite them, or cut them off, and give all of them"
        text += " hashes that fit"
        return text
    }
}

extension Verification.Kind {
    fileprivate var words: StaticString {
        switch self {
        case .altered: "not those that were hashed"
        case .missing: "missing"
        case .cutOff: "cut off at the end"
        case .rewritten: "not those that the head was taken of: some of them were rewritten"
        case .notAsIndexed: "not what the table of intents says"
        }
    }
}
