/// What a command shows of a result.
enum RowView {
    /// What became of the case.
    case cancel
    /// The state that the case is in.
    case status
    /// What a cancel would likely meet.
    case dryRun
    /// The state that was waited for.
    case await

    struct Cell {
        let text: String
        var style = Terminal.Style.plain
    }

    var headings: [String] {
        switch self {
        case .cancel: ["CASE", "OUTCOME", "MESSAGE"]
        case .status, .await: ["CASE", "STATE", "DETAILS"]
        case .dryRun: ["CASE", "GUESS", "WHY"]
        }
    }

    /// The least widths of all columns but the last.
    var widths: [Int] { [IDRule.uuidBytes, 16] }

    func cells(_ row: ResultRow) -> [Cell] {
        let result = row.result
        let outcome = result.outcome
        let id = Cell(text: printable(result.caseID))
        if self == .cancel || outcome != .ok {
            return [
                id, Cell(text: outcome.name, style: outcome.style), Cell(text: printable(result.message)),
            ]
        }
        let state = CaseState(result)
        if self == .status || self == .await {
            return [
                id, Cell(text: state.name, style: state.isCanceled ? .green : .plain),
                Cell(text: state.details),
            ]
        }
        let guess = Guess(state)
        return [id, Cell(text: guess.outcome.name, style: guess.outcome.style), Cell(text: guess.reason)]
    }
}

/// What the service says of a case.
struct CaseState {
    let isCanceled: Bool
    let primary: String
    let secondary: String?
    let result: String?
    let package: String?
    let trackingCode: String?

    init(_ result: CaseResult) {
        isCanceled = result["case.canceled"] == "true"
        primary = result["case.caseStatus"] ?? "state not given"
        secondary = result["case.secondaryStatus"]
        self.result = result["case.resultType"]
        package = result["case.packageName"]
        trackingCode = result["case.apiTrackingCode"]
    }

    /// One or two words.
    var name: String { isCanceled ? "Canceled" : printable(primary) }

    var details: String {
        let parts = [isCanceled ? nil : secondary, result, package, trackingCode].compactMap(\.self)
        return printable(parts.joined(separator: ", "))
    }
}

/// What a cancel would likely meet: a guess from the state, since only the service knows.
struct Guess {
    let outcome: Outcome
    let reason: String

    init(_ state: CaseState) {
        if state.isCanceled {
            (outcome, reason) = (.alreadyCanceled, "it reads as canceled")
        } else if state.primary == "Complete" || state.primary == "Adjudicated" {
            (outcome, reason) = (.refused, "guess: it is \(state.primary.lowercased())")
        } else if state.primary == "Pending", state.secondary == nil {
            (outcome, reason) = (.refused, "guess: it seems to have started")
        } else {
            (outcome, reason) = (
                .canceled, "guess: \(printable(state.secondary ?? state.primary)), not started"
            )
        }
    }
}
