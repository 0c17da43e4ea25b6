@testable import KCaseKarmaCheck
@testable import KCaseProtocol
@testable import KCaseSystem

/// A service of a simulated case, and the truth about it.
final class SimulatedPart {
    let id: String
    /// Whether the service would cancel it.
    var isCancelable = true
    /// Whether readings show it.
    var hasRecord = true
    private(set) var canceledAt: Instant?
    private(set) var canceledBy: SimulatedExchange?

    init(_ number: Int) { id = "service-\(number)" }

    func cancel(at now: Instant, by exchange: SimulatedExchange?) {
        guard canceledAt == nil else { return }
        canceledAt = now
        canceledBy = exchange
    }

    func isCanceled(at moment: Instant) -> Bool { canceledAt.map { $0 <= moment } ?? false }
}

/// How the service carries out a list of which some cannot be canceled. The documents leave it open.
enum ListManner: CaseIterable {
    /// All or none, with a refusal.
    case all
    /// Those that can be, with a refusal.
    case each
    /// Those that can be, with an acceptance.
    case silently
}

/// What the smaller cancels do at the simulated service.
extension SimulatedService {
    func carryOutPart(_ exchange: SimulatedExchange, _ subject: SimulatedCase, _ token: String) -> Answer {
        exchange.isCancel ? cancelParts(exchange, subject, token) : readParts(subject, token)
    }

    private func cancelParts(
        _ exchange: SimulatedExchange, _ subject: SimulatedCase, _ token: String
    ) -> Answer {
        guard subject.exists else { return Answer(status: 404, body: "{}") }
        guard subject.isOurs else { return error(403, "You do not have access", token) }
        if subject.cancelsAtWork > 0, random.happens(faults.conflict) {
            return error(random.pick([409, 422]), "Service cannot be canceled.", token)
        }
        let named = subject.parts.filter { exchange.names($0) }
        let able = named.filter { $0.isCancelable && $0.canceledAt == nil }
        let areAllAble = able.count == named.count
        if areAllAble || subject.manner != .all {
            for part in able { part.cancel(at: now, by: exchange) }
        }
        let isAccepted = areAllAble || (subject.manner == .silently && named.count > 1)
        return isAccepted
            ? Answer(status: random.pick([200, 200, 201, 204]), isAcceptance: true)
            : error(422, "Service cannot be canceled.", token)
    }

    private func readParts(_ subject: SimulatedCase, _ token: String) -> Answer {
        guard subject.exists, subject.isOurs else { return error(403, "You do not have access", token) }
        let behind =
            random.happens(faults.staleRead) ? Int64.random(in: 0...faults.staleness, using: &random) : 0
        let shown = now + Milliseconds(-behind)
        let recorded = subject.parts.filter(\.hasRecord)
        let spelling = PartSpelling.draw(&random, blemish: faults.blemish)
        let records = recorded.map { spelling.record($0.id, $0.isCanceled(at: shown)) }
        return Answer(status: 200, body: spelling.body(records), shows: shown)
    }
}

extension SimulatedExchange {
    /// Whether the request asks for this service.
    func names(_ part: SimulatedPart) -> Bool { body.contains("\"\(part.id)\"") }
}

/// How a reading spells the services of a case. Some ways leave their state open, none tells another.
enum PartSpelling: CaseIterable {
    case documented, mark, capitals, blanks, wordless, among, nothing
    case wordOnly, twice, onItsWay, garbled, nameless

    private static let canceledID = "3d726502-d2e2-4d10-859b-8a218f22086d"

    static func draw(_ random: inout SeededRandom, blemish: Double) -> PartSpelling {
        random.happens(blemish) ? random.pick(allCases) : .documented
    }

    func record(_ id: String, _ isCanceled: Bool) -> String {
        let status = isCanceled ? Self.canceledID : "8f29e0de-10f2-4c84-8379-16c6eb7cdf64"
        let word = isCanceled ? "canceled" : "pending"
        return switch self {
        case .capitals:
            #"{"serviceId":"\#(id.uppercased())","status":"\#(word)","statusId":"\#(status.uppercased())"}"#
        case .blanks: #"{"serviceId":" \#(id)","status":"\#(word)","statusId":"\#(status) "}"#
        case .wordless: #"{"serviceId":"\#(id)","statusId":"\#(status)"}"#
        case .wordOnly: #"{"serviceId":"\#(id)","status":"\#(isCanceled ? "cancelled" : "pending")"}"#
        case .onItsWay:
            #"{"serviceId":"\#(id)","status":"pending","pendingStatusId":"\#(Self.canceledID)"}"#
        default: #"{"serviceId":"\#(id)","status":"\#(word)","statusId":"\#(status)"}"#
        }
    }

    func body(_ records: [String]) -> String {
        let list = records.joined(separator: ",")
        let whole = #"{"data":[\#(list)]}"#
        return switch self {
        case .mark: "\u{FEFF}" + whole
        case .among:
            #"{"data":[{"serviceId":"other","statusId":"\#(Self.canceledID)"}"#
                + (records.isEmpty ? "]}" : ",\(list)]}")
        case .nothing: "{}"
        // The second time as it never is.
        case .twice: #"{"data":[\#((records + records.map { $0.replacingPart() }).joined(separator: ","))]}"#
        case .garbled: String(whole.dropLast(3))
        case .nameless: #"{"data":[{"statusId":"\#(Self.canceledID)"}]}"#
        default: whole
        }
    }
}

extension String {
    /// A record in another state than the one that it tells.
    fileprivate func replacingPart() -> String {
        contains("\"canceled\"") ? #"{"serviceId":"\#(serviceID)","status":"clear","statusId":"x"}"# : self
    }

    private var serviceID: Substring { split(separator: "\"", maxSplits: 4)[3] }
}
