import KCaseSystem
import Synchronization

/// How fast a client begins requests: evenly, as many in a second as the host allows, and fewer while the
/// service has trouble with as many.
///
/// The service's trouble shows in answers that limit requests, and in answers that come ever later. Each
/// halves the rate, once for all requests that were under way together; every second that goes well adds a
/// tenth of what was left ("additive increase, multiplicative decrease").
package final class Pace {
    private struct State {
        /// Requests per second that are allowed; 0: any number.
        var rate: Int64
        /// When the next request may begin, in microseconds.
        var nextTurn: Int64 = 0
        var meter = Meter()
        var cuts: Int64 = 0
        var lastCut = Instant.distantPast
        var lastRaise = Instant.distantPast
        /// The rate after the last cut.
        var floor: Int64 = 0
        var latency = Latency()
    }

    /// The host's limit; 0: none.
    private let most: Int64
    private let state: Locked<State>
    /// Whether anybody must ask for a turn, or say how it went: where nobody does, calls pay nothing for it.
    private let isInForce: Atomic<Bool>

    /// No cut goes below this: each call has waits of its own, which grow.
    static let leastPerSecond: Int64 = 4
    /// What an idle client may begin at once, in time. Less would lose turns to clocks that tick in
    /// milliseconds.
    private static let credit: Int64 = 50_000
    /// How often the rate of the last cut must be reached again before there is no limit any more.
    private static let recovery: Int64 = 4

    init(perSecondMax: Int64?) {
        most = perSecondMax ?? 0
        state = Locked(State(rate: most))
        isInForce = Atomic(most > 0)
    }

    /// From now on, how requests go is noted even where nothing limits them.
    package func observe() { isInForce.store(true, ordering: .relaxed) }

    // MARK: - Turns

    /// Takes the next turn to begin a request, and says when it comes; nil, and none is taken, if not before
    /// the deadline.
    package func takeTurn(at now: Instant, deadline: Instant) -> Instant? {
        guard isInForce.load(ordering: .relaxed) else { return now }
        return state.withLock { state in
            let turn = Pace.turn(state, now)
            guard turn < deadline else { return nil }
            state.meter.count(at: turn)
            if state.rate > 0 {
                state.nextTurn =
                    max(state.nextTurn, now.milliseconds * 1000 - Pace.credit) + 1_000_000 / state.rate
            }
            return turn
        }
    }

    /// When the next turn comes, without taking it.
    package func nextTurn(at now: Instant) -> Instant {
        guard isInForce.load(ordering: .relaxed) else { return now }
        return state.withLock { Pace.turn($0, now) }
    }

    private static func turn(_ state: State, _ now: Instant) -> Instant {
        guard state.rate > 0 else { return now }
        let next = (max(state.nextTurn, now.milliseconds * 1000 - credit) + 999) / 1000
        return max(now, Instant(milliseconds: next))
    }

    // MARK: - Trouble

    /// The service limits requests, as it says in the answer to a request that began then.
    package func slowDown(at now: Instant, requestBegan began: Instant) {
        state.withLock { state in
            isInForce.store(true, ordering: .relaxed)
            cut(&state, now, began)
        }
    }

    /// A request that began then was answered.
    package func answered(at now: Instant, requestBegan began: Instant) {
        guard isInForce.load(ordering: .relaxed) else { return }
        state.withLock { state in
            state.latency.add(now - began)
            if state.latency.hasRisen {
                cut(&state, now, began)
            } else if state.cuts > 0 {
                raise(&state, now)
            }
        }
    }

    private func cut(_ state: inout State, _ now: Instant, _ began: Instant) {
        guard began >= state.lastCut else { return }
        let measured = state.meter.perThousandSeconds(at: now) / 1000
        let present = state.rate > 0 ? min(state.rate, max(measured, 1)) : measured
        state.rate = max(present / 2, Pace.leastPerSecond)
        if most > 0 { state.rate = min(state.rate, most) }
        state.floor = state.rate
        state.lastCut = now
        state.lastRaise = now
        state.cuts += 1
        state.latency.forgive()
    }

    private func raise(_ state: inout State, _ now: Instant) {
        guard state.rate > 0, state.rate != most, now - state.lastRaise >= 1000 else { return }
        state.lastRaise = now
        state.rate += max(state.floor / 10, 1)
        if most > 0 {
            state.rate = min(state.rate, most)
        } else if state.rate >= state.floor * Pace.recovery {
            state.rate = 0
        }
    }

    // MARK: - For the host

    /// Requests per second that are allowed now; nil: any number.
    package var limit: Int64? {
        let rate = state.withLock { $0.rate }
        return rate > 0 ? rate : nil
    }

    /// How often the rate was cut.
    package var slowdowns: Int64 { state.withLock { $0.cuts } }
}

/// How long answers take, lately and as a rule: running means, in 256ths of a millisecond.
private struct Latency {
    private var recent: Int64 = 0
    private var usual: Int64 = 0
    private var samples: Int64 = 0

    /// Before so many answers, there is no telling.
    private static let samplesMin: Int64 = 32
    /// What an answer may come later than usual at any rate.
    private static let slack: Int64 = 100 * 256

    mutating func add(_ time: Milliseconds) {
        let sample = min(max(time.count, 0), Milliseconds.hour.count) * 256
        samples += 1
        recent += (sample - recent) / min(samples, 16)
        guard samples >= Latency.samplesMin else { return }
        // It follows quickly downward and slowly upward, so that what has risen is not soon the rule.
        usual = usual == 0 ? recent : usual + (recent - usual) / (recent < usual ? 8 : 512)
    }

    /// Whether answers come more than twice as late as usual, by a noticeable time.
    var hasRisen: Bool { samples > Latency.samplesMin && recent > 2 * usual + Latency.slack }

    /// Begins to look anew.
    mutating func forgive() { samples = 0 }
}
