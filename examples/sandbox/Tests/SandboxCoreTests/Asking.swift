import SandboxCore

/// A world with a hand on it: calls with the fixed token, at a clock that ticks once per call.
struct Asking {
    var world: World
    private var now = Stamp(milliseconds: 1_800_000_000_000)

    init(_ options: WorldOptions = WorldOptions()) { world = World(options) }

    /// A world with rules written as on the command line.
    init(faults: String...) throws {
        self.init(WorldOptions(faults: try faults.flatMap { try FaultRule.parse(argument: $0) }))
    }

    mutating func ask(
        _ method: String, _ target: String, token: String? = Credentials.token, body: String = ""
    ) -> Reply {
        now = now.adding(milliseconds: 1)
        let call = Call(
            method, target, authorization: token.map { "Bearer " + $0 }, body: Array(body.utf8))
        return world.receive(call, at: now)
    }

    /// The answer; a test that gets anything else sees status 0.
    mutating func answer(
        _ method: String, _ target: String, token: String? = Credentials.token, body: String = ""
    ) -> Answer {
        guard case .answer(let answer) = ask(method, target, token: token, body: body) else {
            return .empty(0)
        }
        return answer
    }

    /// Lets time go by.
    mutating func wait(_ milliseconds: Int64) { now = now.adding(milliseconds: milliseconds) }

    mutating func cancel(_ id: String, token: String? = Credentials.token) -> Answer {
        answer("POST", "/case/id/\(id)/cancel", token: token)
    }

    mutating func read(_ id: String, token: String? = Credentials.token) -> Answer {
        answer("GET", "/case/id/\(id)", token: token)
    }

    /// The one case of a read.
    mutating func summary(_ id: String) -> JSON {
        read(id).json?["cases"]?.arrayValue?.first ?? .null
    }
}

extension Answer {
    var json: JSON? { JSON(parsing: body) }
    var text: String { String(decoding: body, as: UTF8.self) }
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
