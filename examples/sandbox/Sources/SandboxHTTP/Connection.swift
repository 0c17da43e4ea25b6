import FlyingSocks
import Foundation
import SandboxCore

/// One connection, from its first request to the way it ends.
struct Connection {
    let socket: AsyncSocket
    let pool: any SteppedPool
    let sandbox: Sandbox
    let options: ServerOptions

    private static let readBytesMax = 4_096
    private static let streamChunkBytes = 64 * 1024
    /// How long a part of an answer gets to reach the client before the reset overtakes it.
    private static let partialAnswerMS = 20
    /// How long a client gets to see our FIN and close its own side.
    private static let lingerMS = 250

    /// What becomes of the connection after a request.
    private enum Next { case another, close, reset }

    func serve() async {
        var ending = Next.close
        do {
            try socket.socket.disableNagle()
            var parser = RequestParser()
            repeat {
                guard let request = try await nextRequest(&parser) else { break }
                ending = try await respond(to: request)
            } while ending == .another
        } catch let error as RequestError {
            await refuse(error)
        } catch {
            // The client left, or the server stops: nothing is owed to anybody.
        }
        await end(ending)
    }

    private func nextRequest(_ parser: inout RequestParser) async throws -> Request? {
        while true {
            if let request = try parser.next() { return request }
            guard let bytes = try await read() else { return nil }
            parser.append(bytes)
        }
    }

    /// Some bytes; `nil` at the client's end.
    private func read() async throws -> [UInt8]? {
        do {
            return try await socket.read(atMost: Self.readBytesMax)
        } catch SocketError.disconnected {
            return nil
        }
    }

    private func respond(to request: Request) async throws -> Next {
        let call = Call(
            request.method, request.target, authorization: request.value(of: "authorization"),
            body: request.body)
        let start = ContinuousClock.now
        if options.latencyMS > 0 && !request.target.hasPrefix("/sandbox/") {
            try await Self.sleep(options.latencyMS)
        }
        let reply = sandbox.receive(call)
        defer { options.log?.line(request, reply, since: start) }
        return try await carryOut(reply, request, call)
    }

    private func carryOut(_ reply: Reply, _ request: Request, _ call: Call) async throws -> Next {
        switch reply {
        case .answer(let answer):
            return try await send(answer, to: request)
        case .answerLate(let answer, let delayMS):
            try await Self.sleep(delayMS)
            return try await send(answer, to: request)
        case .handleLate(let delayMS):
            try await Self.sleep(delayMS)
            return try await send(sandbox.handleLate(call), to: request)
        case .end(let ending):
            return ending == .reset ? .reset : .close
        case .cut(let answer, let sent, let declared, let ending):
            let head = ResponseEncoder.head(answer, length: declared, keepsAlive: true)
            try await write(head + answer.body.prefix(sent))
            guard ending == .reset else { return .close }
            try await Self.sleep(Self.partialAnswerMS)
            return .reset
        case .hang(let delayMS):
            await waitForClient(atMostMS: delayMS)
            return .close
        case .raw(let bytes):
            try await write(bytes)
            return .close
        case .stream(let answer, let bytes):
            return try await stream(bytes, as: answer, to: request)
        }
    }

    private func send(_ answer: Answer, to request: Request) async throws -> Next {
        try await write(
            ResponseEncoder.whole(answer, to: request.method, keepsAlive: request.keepsAlive))
        return request.keepsAlive ? .another : .close
    }

    private func stream(_ count: Int, as answer: Answer, to request: Request) async throws -> Next {
        let keepsAlive = request.keepsAlive
        try await write(ResponseEncoder.head(answer, length: count, keepsAlive: keepsAlive))
        let chunk = Data(repeating: UInt8(ascii: " "), count: min(count, Self.streamChunkBytes))
        var left = count
        while left > 0 {
            try await socket.write(chunk.prefix(left))
            left -= min(left, chunk.count)
        }
        return keepsAlive ? .another : .close
    }

    private func write(_ bytes: [UInt8]) async throws {
        try await socket.write(Data(bytes))
    }

    private func refuse(_ error: RequestError) async {
        let answer = Answer.error(error.status, error.message)
        try? await write(ResponseEncoder.whole(answer, to: "", keepsAlive: false))
    }

    private static func sleep(_ milliseconds: Int) async throws {
        try await Task.sleep(for: .milliseconds(milliseconds))
    }
}

extension Connection {
    private func end(_ next: Next) async {
        if next == .reset {
            try? socket.socket.resetOnClose()
        } else {
            // Closing with unread bytes would turn the FIN into a reset, so the client goes first.
            socket.socket.finishWriting()
            await waitForClient(atMostMS: Self.lingerMS)
        }
        await pool.finishStep()
        try? socket.close()
    }

    /// Reads and drops what comes, until the client leaves or the time is up.
    private func waitForClient(atMostMS: Int) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while let bytes = try? await read(), !bytes.isEmpty {}
            }
            group.addTask { try? await Self.sleep(atMostMS) }
            await group.next()
            group.cancelAll()
        }
    }
}
