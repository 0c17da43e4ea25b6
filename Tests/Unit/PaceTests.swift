import Testing

@testable import KCaseShared
@testable import KCaseSystem

@Suite("The pace of a client")
struct PaceTests {
    private func turn(_ pace: Pace, at now: Int64) -> Int64? {
        pace.takeTurn(at: Instant(milliseconds: now), deadline: .distantFuture)?.milliseconds
    }

    @Test("without a limit there is always a turn")
    func unlimited() {
        let pace = Pace(perSecondMax: nil)
        #expect((0..<1000).allSatisfy { _ in turn(pace, at: 5) == 5 })
        #expect(pace.limit == nil)
    }

    @Test("turns are evenly spread, after what an idle client may begin at once")
    func even() {
        let pace = Pace(perSecondMax: 100)
        let turns = (0..<50).compactMap { _ in turn(pace, at: 10_000) }
        #expect(turns.first == 10_000)
        #expect(turns.count { $0 == 10_000 } <= 6)
        #expect(zip(turns.dropFirst(6), turns.dropFirst(7)).allSatisfy { (9...11).contains($1 - $0) })
    }

    @Test("a turn after the deadline is not taken")
    func deadline() {
        let pace = Pace(perSecondMax: 1)
        #expect(pace.takeTurn(at: 1000, deadline: 2000) == 1000)
        #expect(pace.takeTurn(at: 1000, deadline: 1500) == nil)
        let next = turn(pace, at: 1000)
        #expect(next.map { (1900...2000).contains($0) } == true)
    }

    @Test("trouble halves the rate once for all requests that were under way, and never below the least")
    func cut() {
        let pace = Pace(perSecondMax: 100)
        for now in 0..<3000 as Range<Int64> where now % 10 == 0 { _ = turn(pace, at: now) }
        pace.slowDown(at: 3000, requestBegan: 2900)
        let once = pace.limit
        #expect(once.map { (40...50).contains($0) } == true)
        pace.slowDown(at: 3010, requestBegan: 2950)
        #expect(pace.limit == once)
        #expect(pace.slowdowns == 1)
        for round in 1...20 as ClosedRange<Int64> {
            let now = Instant(milliseconds: 3000 + round * 1000)
            pace.slowDown(at: now, requestBegan: now)
        }
        #expect(pace.limit == Pace.leastPerSecond)
    }

    @Test("the host's limit below the least is kept in trouble, too")
    func slowHost() {
        let pace = Pace(perSecondMax: 2)
        pace.slowDown(at: 1000, requestBegan: 900)
        #expect(pace.limit == 2)
    }

    @Test("what goes well raises the rate step by step, up to the host's limit")
    func recovery() {
        let pace = Pace(perSecondMax: 40)
        pace.slowDown(at: 1000, requestBegan: 900)
        var limits: [Int64] = []
        for second in 2...60 as ClosedRange<Int64> {
            let now = Instant(milliseconds: second * 1000)
            pace.answered(at: now, requestBegan: now - 5)
            limits.append(pace.limit ?? -1)
        }
        #expect(limits == limits.sorted())
        #expect(zip(limits, limits.dropFirst()).allSatisfy { $1 - $0 <= 2 })
        #expect(limits.last == 40)
    }

    @Test("answers that take long and always did are no trouble")
    func steadyLatency() {
        let pace = Pace(perSecondMax: nil)
        pace.observe()
        for number in 0..<500 as Range<Int64> {
            let now = Instant(milliseconds: 10_000 + number * 50)
            pace.answered(at: now, requestBegan: now - 3000)
        }
        #expect(pace.slowdowns == 0)
    }

    @Test("answers that come ever later are")
    func risingLatency() {
        let pace = Pace(perSecondMax: nil)
        pace.observe()
        for number in 0..<500 as Range<Int64> {
            let now = Instant(milliseconds: 10_000 + number * 50)
            pace.answered(at: now, requestBegan: now - 20)
        }
        #expect(pace.slowdowns == 0)
        for number in 500..<600 as Range<Int64> {
            let now = Instant(milliseconds: 10_000 + number * 50)
            pace.answered(at: now, requestBegan: now - 400)
        }
        #expect(pace.slowdowns > 0)
    }

    @Test("the meter tells events per second, lately")
    func meter() {
        var meter = Meter()
        #expect(meter.perThousandSeconds(at: 77_000) == 0)
        for now in 100_000..<110_000 as Range<Int64> where now % 20 == 0 {
            meter.count(at: Instant(milliseconds: now))
        }
        #expect((48_000...52_000).contains(meter.perThousandSeconds(at: 110_000)))
        #expect(meter.perThousandSeconds(at: 150_000) == 0)
    }

    @Test("a queue gives out what was put in, in its order, however long it gets")
    func queue() {
        var queue = Queue<Int>()
        var expected = 0
        for number in 0..<5000 {
            queue.append(number)
            if number % 3 == 0 {
                #expect(queue.popFirst() == expected)
                expected += 1
            }
        }
        #expect(queue.count == 5000 - expected)
        while let number = queue.popFirst() {
            if number != expected { Issue.record("\(number) instead of \(expected)") }
            expected += 1
        }
        #expect(expected == 5000 && queue.isEmpty)
    }
}
