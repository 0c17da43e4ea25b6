import Foundation
import Testing

@testable import KCase
@testable import KCaseClient
@testable import KCaseHTTP
@testable import KCaseJSON
@testable import KCaseProtocol
@testable import KCaseShared
@testable import KCaseSystem

@Suite("Small parts")
struct SmallPartsTests {
    @Test(
        "Retry-After: seconds or a date, and nothing else",
        arguments: [
            ("0", 0), ("120", 120_000), ("999999999999", 31_536_000_000),
            ("99999999999999999999999", 31_536_000_000),
            ("Wed, 21 Oct 2015 07:28:30 GMT", 30_000), ("Wed, 21 Oct 2015 07:27:00 GMT", 0),
            ("Sun, 06 Nov 2094 08:49:37 GMT", 31_536_000_000), ("-5", nil), ("", nil), ("soon", nil),
            ("1.5", nil), ("1 2", nil),
        ] as [(String, Milliseconds?)])
    func retryAfter(value: String, wait: Milliseconds?) {
        #expect(
            RetryAfter.parse(
                value, date: "Wed, 21 Oct 2015 07:28:00 GMT", wall: WallTime(millisecondsSince1970: 0))
                == wait)
    }

    @Test("a date is held against the server's clock, else against ours")
    func retryAfterClock() {
        let date = "Wed, 21 Oct 2015 07:28:00 GMT"
        let wall = WallTime(millisecondsSince1970: 1_445_412_479_000)
        #expect(RetryAfter.parse(date, date: nil, wall: wall) == 1000)
        #expect(RetryAfter.parse(date, date: "nonsense", wall: wall) == 1000)
    }

    @Test(
        "time stamps",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_123, "2000-02-29T00:00:00.123Z"),
            (1_793_450_096_789, "2026-10-31T12:34:56.789Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1970-01-01T00:00:00.000Z"),
            (253_402_300_800_000, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func timestamps(milliseconds: Int64, text: String) {
        #expect(Timestamp(WallTime(millisecondsSince1970: milliseconds)).text == text)
    }

    @Test("backoff is jitter over the whole range, and bounded")
    func backoff() {
        let policy = RetryPolicy(attempts: 4, backoffBase: 250, backoffMax: 10_000)
        for step in [-1, 0, 1, 5, 6, 63, 1000, Int.max] {
            let ceiling: Int64 = step < 0 ? 250 : min(10_000, 250 << Int64(min(step, 20)))
            let waits = (0..<2000).map { number in
                policy.wait(step: step, asked: 0, jitter: Jitter.spread(UInt64(number))).count
            }
            #expect(waits.allSatisfy { (0...ceiling).contains($0) })
            #expect((waits.min() ?? ceiling) < ceiling / 50)
            #expect((waits.max() ?? 0) > ceiling - ceiling / 50)
        }
    }

    @Test("whom a server sends away do not come back together")
    func askedWaits() {
        let policy = RetryPolicy(attempts: 4, backoffBase: 250, backoffMax: 10_000)
        let waits = (0..<1000).map {
            policy.wait(step: 0, asked: 10_000, jitter: Jitter.spread($0)).count
        }
        #expect(waits.allSatisfy { (10_000...12_500).contains($0) })
        let busiest = Dictionary(grouping: waits) { $0 / 100 }.values.map(\.count).max() ?? 0
        #expect(busiest < 80)
    }

    @Test("a client repeats itself a hundred times, and then once a second")
    func retryBudget() {
        let budget = RetryBudget()
        var taken = 0
        for _ in 0..<500 where budget.allows(at: 1000) {
            budget.take(at: 1000)
            taken += 1
        }
        #expect(taken == 100)
        #expect(!budget.allows(at: 1999))
        #expect(budget.allows(at: 2000))
        for _ in 0..<10 { budget.refund(at: 1000) }
        #expect(budget.allows(at: 1000))
        // A budget that is full does not become fuller.
        for _ in 0..<1000 { budget.refund(at: 500_000) }
        taken = 0
        for _ in 0..<500 where budget.allows(at: 500_000) {
            budget.take(at: 500_000)
            taken += 1
        }
        #expect(taken == 100)
    }

    @Test("secrets are taken out of texts")
    func redaction() {
        let redactor = Redactor([secret("tok.en-1"), secret("abc"), secret("hunter22")])
        #expect(redactor.clean("nothing here") == "nothing here")
        #expect(redactor.clean("Bearer tok.en-1 and tok.en-1, hunter22!") == "Bearer *** and ***, ***!")
        #expect(redactor.clean("abc is too short to be a secret") == "abc is too short to be a secret")
        #expect(redactor.clean("") == "")
        #expect(redactor.clean("cut short: hunter") == "cut short: ***")
        #expect(redactor.clean("cut short: tok.e…") == "cut short: ***…")
        #expect(Redactor([secret("abcd"), secret("abcdSECRET")]).clean("abcdSECRET abcd") == "*** ***")
        #expect(Redactor([secret("****")]).clean("*********").contains("****") == false)
    }

    private static let token = "eyJhbGciOiJIUzI1NiJ9.c3ViamVjdA.s1gn4tur3-0f_th3~t3st"

    @Test(
        "masks a secret that is cut at either end, percent-encoded or in base64, wherever it begins",
        arguments: [
            "bad token eyJhbGciOiJI...", "...3-0f_th3~t3st", "x=OiJIUzI1NiJ9.c&y",
            "s1gn4tur3%2D0f%5Fth3%7et3st",
            "%65%79%4A%68%62%47%63%69%4F%69%4A%49",
        ])
    func parts(text: String) {
        let cleaned = Redactor([secret(Self.token)]).clean(text)
        #expect(cleaned.contains("***"), "\(cleaned)")
        for run in ["eyJhbGci", "th3~t3st", "OiJIUzI1", "s1gn4tur3", "%4A%68"] {
            #expect(!cleaned.contains(run), "\(cleaned)")
        }
    }

    @Test("masks base64 of either alphabet, at any of three offsets", arguments: 0..<7)
    func base64(before: Int) {
        let bytes = Array(repeating: UInt8(ascii: "?"), count: before) + Array((Self.token + "??>>??>>").utf8)
        let standard = Data(bytes).base64EncodedString()
        let forURLs = standard.replacing("+", with: "-").replacing("/", with: "_")
        for text in [
            standard, forURLs, forURLs.replacing("=", with: ""), standard.replacing("/", with: "%2F"),
        ] {
            let cleaned = Redactor([secret(Self.token + "??>>??>>")]).clean("echo: " + text)
            #expect(cleaned.hasPrefix("echo: ") && cleaned.contains("***"))
            #expect(cleaned.utf8.count < 6 + 3 + 2 * before + 12, "\(cleaned)")
        }
    }

    @Test("masks the other forms of a short secret as a whole")
    func shortSecret() {
        let redactor = Redactor([secret("p@ss/word")])
        #expect(redactor.clean("p%40ss%2Fword") == "***")
        #expect(!redactor.clean(Data("user:p@ss/word".utf8).base64EncodedString()).contains("QHNzL3dv"))
    }

    @Test(
        "leaves texts alone that share less than twelve bytes with a secret",
        arguments: [
            "The case is canceled.", "00000000-0000-4000-8000-000000000004", "is eyJhbGciOiJ here", "100%",
            "%zz%4",
            "Root=1-67891233-abcdef012345678912345678", String(repeating: "ab", count: 500), "", "***",
        ])
    func ordinaryTexts(text: String) {
        #expect(Redactor([secret(Self.token), secret("abcdefgh ijkl")]).clean(text) == text)
    }

    @Test(
        "depth is counted outside of strings",
        arguments: [
            (#"{"a":[1,2,{"b":"[[[[[[[[["}]}"#, false), (#""\"[""#, false),
            (String(repeating: "[", count: 64), false), (String(repeating: "[", count: 65), true),
            (String(repeating: "[]", count: 1000), false), (String(repeating: "{\"a\":", count: 65), true),
            (String(repeating: "]", count: 1000), false),
        ])
    func depth(json: String, isTooDeep: Bool) {
        #expect(Array(json.utf8).withUnsafeBufferPointer { JSONDepth.isTooDeep($0) } == isTooDeep)
    }

    @Test("outcomes have distinct numbers and names")
    func outcomes() {
        #expect(Set(Outcome.all.map(\.number)).count == 10)
        #expect(Set(Outcome.all.map { $0.name.description }).count == 10)
    }

    @Test("a buffer grows to its limit, and no further")
    func buffer() {
        var buffer = ByteBuffer()
        let chunk = [UInt8](repeating: 7, count: 1000)
        var accepted = 0
        for _ in 0..<200 {
            if chunk.withUnsafeBytes({ buffer.append($0, countMax: 100_500) }) { accepted += 1 }
        }
        #expect(accepted == 100)
        #expect(buffer.withBytes { $0.count } == 100_000)
        buffer.clear()
        #expect(buffer.withBytes { $0.count } == 0)
        #expect(chunk.withUnsafeBytes { buffer.append($0, countMax: 100_500) })
    }
}

@Suite("Cases that several calls cancel")
struct CasesInProgressTests {
    private let id = Array("e074241e-36e8".utf8)

    @Test("who comes second waits, and learns that the case is canceled")
    func second() {
        let wakes = Counter()
        let cases = CasesInProgress { wakes.add() }
        guard case .entered(let first) = cases.enter(id),
            case .occupied(let second) = cases.enter(Array("E074241E-36E8".utf8)),
            case .occupied = cases.askAgain(second), case .entered(let other) = cases.enter([1])
        else {
            Issue.record("not one at a time")
            return
        }
        cases.leave(other, canceled: nil)
        #expect(wakes.count == 0)
        cases.leave(first, canceled: .response)
        #expect(wakes.count == 1)
        guard case .canceled(.response) = cases.askAgain(second), case .entered = cases.enter(id) else {
            Issue.record("not told")
            return
        }
    }

    @Test("if it is not canceled, the next in the queue goes on")
    func next() {
        let cases = CasesInProgress {}
        guard case .entered(let first) = cases.enter(id), case .occupied(let second) = cases.enter(id),
            case .occupied(let third) = cases.enter(id)
        else {
            Issue.record("not one at a time")
            return
        }
        cases.leave(first, canceled: nil)
        guard case .entered(let owner) = cases.askAgain(second), case .occupied = cases.askAgain(third)
        else {
            Issue.record("not the next")
            return
        }
        cases.abandon(third)
        cases.leave(owner, canceled: .readBack)
        guard case .entered = cases.enter(id) else {
            Issue.record("what nobody waits for is kept")
            return
        }
    }
}

@Suite("Tokens that are shared")
struct TokenStoreTests {
    private func store(_ wakes: Counter = Counter()) -> TokenStore {
        TokenStore(given: nil) { wakes.add() }
    }

    @Test("one mints, the others wait and share what comes")
    func singleFlight() {
        let wakes = Counter()
        let tokens = store(wakes)
        guard case .mint = tokens.obtain(insteadOf: nil, nil, 0, 0),
            case .wait(let flight, _) = tokens.obtain(insteadOf: nil, nil, 0, 0)
        else {
            Issue.record("not one flight")
            return
        }
        guard case .wait = tokens.outcome(of: flight, 0, 0) else {
            Issue.record("did not wait")
            return
        }
        let token = tokens.publish(secret("minted"))
        #expect(wakes.count == 1)
        guard case .ready(let shared) = tokens.outcome(of: flight, 0, 0) else {
            Issue.record("not shared")
            return
        }
        #expect(shared.number == token.number)
        #expect(text(shared.secret) == "minted")
    }

    @Test("a failure is shared, and the next who asks tries again")
    func failure() {
        let tokens = store()
        _ = tokens.obtain(insteadOf: nil, nil, 0, 0)
        guard case .wait(let flight, _) = tokens.obtain(insteadOf: nil, nil, 0, 0) else {
            Issue.record("not one flight")
            return
        }
        tokens.fail(.authorizationDenied(Answer(status: 403)), of: flight)
        guard case .failed(.authorizationDenied(let answer)) = tokens.outcome(of: flight, 0, 0) else {
            Issue.record("failure not shared")
            return
        }
        #expect(answer.status == 403)
        guard case .mint = tokens.obtain(insteadOf: nil, nil, 0, 0) else {
            Issue.record("nobody mints")
            return
        }
    }

    @Test("an abandoned flight is taken over by one who waited")
    func abandoned() {
        let tokens = store()
        _ = tokens.obtain(insteadOf: nil, nil, 0, 0)
        guard case .wait(let flight, _) = tokens.obtain(insteadOf: nil, nil, 0, 0) else {
            Issue.record("not one flight")
            return
        }
        tokens.abandon(flight)
        guard case .mint = tokens.outcome(of: flight, 0, 0), case .wait = tokens.outcome(of: flight + 1, 0, 0)
        else {
            Issue.record("not taken over by exactly one")
            return
        }
    }

    @Test("a token is replaced for a 403 once in some minutes")
    func forbidden() {
        let tokens = store()
        _ = tokens.obtain(insteadOf: nil, nil, 0, 1000)
        let first = tokens.publish(secret("one"))
        guard case .mint = tokens.obtain(insteadOf: first.number, .forbidden, 0, 2000) else {
            Issue.record("not replaced")
            return
        }
        let second = tokens.publish(secret("two"))
        guard case .kept = tokens.obtain(insteadOf: second.number, .forbidden, 0, 3000),
            case .ready = tokens.obtain(insteadOf: first.number, .forbidden, 0, 3000)
        else {
            Issue.record("replaced again at once")
            return
        }
        let later = Instant(milliseconds: 2000) + TokenStore.forbiddenReplacementInterval
        guard case .mint = tokens.obtain(insteadOf: second.number, .forbidden, 0, later) else {
            Issue.record("never replaced again")
            return
        }
    }

    @Test("a rejected token is replaced once for all who hold it")
    func rejected() {
        let tokens = store()
        _ = tokens.obtain(insteadOf: nil, nil, 0, 0)
        let first = tokens.publish(secret("one"))
        guard case .mint = tokens.obtain(insteadOf: first.number, .unauthorized, 0, 0) else {
            Issue.record("not replaced")
            return
        }
        let second = tokens.publish(secret("two"))
        guard case .ready(let token) = tokens.obtain(insteadOf: first.number, .unauthorized, 0, 0) else {
            Issue.record("replaced twice")
            return
        }
        #expect(token.number == second.number)
    }

    @Test(
        "a flight that its batch leaves alone is given up after a while; what comes of it later does no harm")
    func leftAlone() {
        let tokens = store()
        let (batch, other): (UInt, UInt) = (7, 8)
        guard case .mint(let first) = tokens.obtain(insteadOf: nil, nil, batch, 1000),
            case .wait(let flight, mayBeSuspended: true) = tokens.obtain(insteadOf: nil, nil, other, 1000),
            case .wait(_, mayBeSuspended: false) = tokens.obtain(insteadOf: nil, nil, batch, 1000)
        else {
            Issue.record("not one flight")
            return
        }
        guard case .wait = tokens.outcome(of: flight, other, 9000) else {
            Issue.record("given up while the batch works on it")
            return
        }
        tokens.suspend(batch, at: 9000)
        guard
            case .wait = tokens.outcome(
                of: flight, other, Instant(milliseconds: 9000 + TokenStore.suspensionMax.count - 1))
        else {
            Issue.record("given up too soon")
            return
        }
        tokens.resume(batch)
        tokens.suspend(batch, at: 10_000)
        guard
            case .mint(let second) = tokens.outcome(
                of: flight, other, Instant(milliseconds: 10_000 + TokenStore.suspensionMax.count))
        else {
            Issue.record("not given up")
            return
        }
        tokens.fail(.authorizationDenied(Answer(status: 403)), of: first)
        guard case .wait = tokens.outcome(of: second, batch, 11_000) else {
            Issue.record("the flight that was given up ended the other")
            return
        }
        let token = tokens.publish(secret("minted"))
        guard case .ready(let shared) = tokens.outcome(of: second, batch, 11_000) else {
            Issue.record("not shared")
            return
        }
        #expect(shared.number == token.number)
    }
}

/// A number that threads may count up.
final class Counter: @unchecked Sendable {
    private let value = Locked(0)
    func add() { value.withLock { $0 += 1 } }
    var count: Int { value.withLock { $0 } }
}

@Suite("Status lines")
struct StatusLineTests {
    @Test(
        "have three digits",
        arguments: [
            ("HTTP/1.1 200 OK\r\n", true), ("HTTP/1.1 200\r\n", true), ("HTTP/2 200 \r\n", true),
            ("HTTP/1.0 404 Not Found", true), ("HTTP/1.1 200", true), ("Host: x\r\n", true),
            ("HTTP/1.1 2000\r\n", false), ("HTTP/1.1 20\r\n", false), ("HTTP/1.1 200OK\r\n", false),
            ("HTTP/1.1\r\n", false), ("HTTP/1.1  200 OK\r\n", false), ("HTTP/1.1 2 00\r\n", false),
        ])
    func form(line: String, mayBe: Bool) {
        #expect(Array(line.utf8).withUnsafeBytes { StatusLine.mayBe($0) } == mayBe)
    }
}
