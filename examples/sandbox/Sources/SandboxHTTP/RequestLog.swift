import SandboxCore

/// One line per request: what was asked, what was answered, how long it took. No header and no
/// body is ever written, so no token is either.
public struct RequestLog: Sendable {
    private let write: @Sendable (String) -> Void

    public init(_ write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    func line(_ request: Request, _ reply: Reply, since start: ContinuousClock.Instant) {
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        let tenths = (milliseconds * 10).rounded() / 10
        let line = "\(request.method) \(Self.shown(request.target)) -> \(Self.name(of: reply))"
        write(line + " (\(tenths) ms)\n")
    }

    private static let targetCharactersMax = 200

    /// A target as it may stand on a terminal: no control characters, no endless lines.
    private static func shown(_ target: String) -> String {
        let safe = target.unicodeScalars.prefix(targetCharactersMax)
            .map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }
        return String(String.UnicodeScalarView(safe))
    }

    private static func name(of reply: Reply) -> String {
        switch reply {
        case .answer(let answer): "\(answer.status)"
        case .answerLate(let answer, let delayMS): "\(answer.status), \(delayMS) ms late"
        case .handleLate(let delayMS): "carried out \(delayMS) ms late"
        case .end(.close): "closed without an answer"
        case .end(.reset): "reset without an answer"
        case .cut(let answer, let sent, let declared, let ending):
            "\(answer.status), \(sent) of \(declared) bytes, "
                + (ending == .reset ? "reset" : "closed")
        case .hang: "silence"
        case .raw(let bytes): "\(bytes.count) bytes that are not HTTP"
        case .stream(let answer, let bytes): "\(answer.status), \(bytes) bytes"
        }
    }
}
