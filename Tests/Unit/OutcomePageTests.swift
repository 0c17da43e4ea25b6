import Foundation
import Testing

@testable import KCaseProtocol
@testable import KCaseSystem

/// docs/outcomes.md against the protocol: each row of its table, and the outcomes that it ends as.
@Suite("The page about outcomes")
struct OutcomePageTests {
    private struct Row {
        let answer: String
        let outcomes: Set<String>
    }

    private static let page = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/outcomes.md")

    private func rows() throws -> [Row] {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let lines = text.components(separatedBy: "\n")
        let header = try #require(lines.firstIndex { $0.hasPrefix("| Answer to the cancel request") })
        return lines[(header + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.components(separatedBy: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let names = cells[3].components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }
            return Row(answer: cells[1], outcomes: Set(names.map(\.element)))
        }
    }

    private static let started = Event.status(422, message: "Cannot cancel a case that has already started.")
    private static let twice: [Event] = [.notCanceled, .notCanceled]

    /// What a row is about, played through: how the answer may go on, one script for each end.
    private static let scripts: [String: [[Event]]] = [
        "200, 201, 204": [[.status(200)], [.status(201)], [.status(204)]],
        "202 and other 2xx, or a success that says otherwise": [
            [.status(202), .canceled], [.status(206), .canceled], [.contradictory(), .canceled],
            [.contradictory()] + twice + twice, [.status(203)] + twice + twice,
        ],
        "401, 403, own": [
            [.status(401), .status(200)], [.bare(403), .status(200)], [.status(401), .status(401)],
            [.bare(403), .bare(403)],
        ],
        "401, 403, foreign": [
            [.foreign(403), .status(200)], spent(.foreign(403)) + [.canceled], spent(.foreign(401)) + twice,
            spent(.foreign(403)) + Array(repeating: .foreign(403), count: 4),
        ],
        "404, own": [
            [.bare(404), .canceled], [.bare(404), .absent], [.status(404), .bare(404), .status(200)],
            [.bare(404), .bare(404), .foreign(404)], [.status(404)] + twice,
        ],
        "404, foreign": [
            [.foreign(404), .canceled], [.foreign(404)] + twice, [.foreign(404), .foreign(404)],
        ],
        "409, own": [
            [.status(409), .status(200)], spent(.status(409)) + [.canceled], spent(.status(409)) + twice,
        ],
        "422, own": [
            [.status(422), .canceled], [.status(422), .notCanceled, .canceled], [.status(422)] + twice,
            [started, .notCanceled],
        ],
        "409, 422, foreign": [[.foreign(409), .canceled], [.foreign(422)] + twice],
        "429, or 503 with Retry-After": [
            [.status(429), .status(200)], [.status(503, retryAfter: 5), .status(200)],
            spent(.status(429)) + twice, spent(.status(503, retryAfter: 5)) + twice,
        ],
        "5xx, own": [
            [.status(500), .canceled], [.status(500), .notCanceled, .status(200)],
            again(.status(500)) + [.notCanceled],
        ],
        "408, 460, 499, 502, 504, other 5xx": [
            [.foreign(503), .canceled], [.status(504), .notCanceled, .status(200)],
            again(.status(408)) + [.notCanceled], again(.foreign(499)) + [.notCanceled],
            again(.status(460)) + [.notCanceled], again(.status(502)) + [.notCanceled],
            again(.foreign(500)) + [.notCanceled],
        ],
        "3xx, other 4xx": [
            [.status(302), .canceled], [.status(400), .canceled], [.status(302)] + twice,
            [.status(418)] + twice,
        ],
        "no connection, no TLS, no proxy": [
            [.unsent(), .status(200)], spent(.unsent()), [.unsent(.tls, isFinal: true)],
            spent(.unsent(.proxy)),
        ],
        "sent, but no whole answer": [
            [.lost, .canceled], [.lost, .notCanceled, .status(200)], again(.lost) + [.notCanceled],
        ],
        "no memory to send, or to read the answer": [
            [.unsent(.outOfMemory), .status(200)], spent(.unsent(.outOfMemory)),
            [.lost(.outOfMemory), .canceled], again(.lost(.outOfMemory)) + [.notCanceled],
        ],
        "time is up, or interrupted": [
            [.stopped(.deadline, sent: false)], [.stopped(.interrupt, sent: true)],
            [.status(422), .stopped(.deadline, sent: true)],
        ],
    ]

    /// Every request is answered so.
    private static func spent(_ answer: Event) -> [Event] { Array(repeating: answer, count: 4) }

    /// Every request is answered so, and the case read back as not canceled each time.
    private static func again(_ answer: Event) -> [Event] {
        [Event](Array(repeating: [answer, .notCanceled], count: 4).joined())
    }

    @Test("has a row for each kind of answer, and each row ends as the protocol ends")
    func table() throws {
        let rows = try rows()
        #expect(Set(rows.map(\.answer)) == Set(Self.scripts.keys))
        for row in rows {
            let found = (Self.scripts[row.answer] ?? []).map { script in
                CancelRun(script, deadline: 3_600_000, canMintToken: true).outcome?.name.description ?? "none"
            }
            #expect(Set(found) == row.outcomes, "\(row.answer)")
        }
    }
}
