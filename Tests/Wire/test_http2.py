"""Batches over HTTP/2: faults of streams and connections make no false claim, and leave nothing open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import batch_run
import pytest
from batch_run import BatchRun
from certificates import Certificates
from claim_count import ClaimCount, Verdict, false_claims
from h2.errors import ErrorCodes
from h2.settings import SettingCodes
from library import TOKEN, Client
from messages import Reply, Request
from odd_streams import OddStream, all_odd_streams
from origin import CANCEL_PATH, CASE_PATH, Behavior, server_context
from parallel import run_parallel
from proxy import Direction, Fault, Kind, Proxy
from streams import HoldsRequests, Line, StreamBehavior, StreamOrigin

TIMEOUT_MS = 8000
CASES = 20
CHOSEN = 5
THREADS = 4


@contextmanager
def origin_of(
    authority: Certificates, behavior: Behavior | None = None, *protocols: tuple[str, ...]
) -> Iterator[StreamOrigin]:
    """`protocols`: what each connection is offered, the last for all that follow."""
    contexts = [server_context(authority, *names) for names in protocols or (("h2", "http/1.1"),)]
    with closing(StreamOrigin(*contexts, behavior=behavior)) as origin:
        yield origin


def run_batch(
    origin: StreamOrigin,
    authority: Certificates,
    case_ids: list[str],
    *,
    timeout_ms: int = TIMEOUT_MS,
    port: int | None = None,
    options: dict[str, object] | None = None,
    **config: object,
) -> BatchRun:
    url = f"https://127.0.0.1:{port or origin.port}"
    made = Client(url, timeout_ms=timeout_ms, ca_file=authority.authority, **config)
    with closing(made) as client, closing(client.batch(**(options or {}))) as batch:
        done = batch_run.run(batch, case_ids, timeout_ms=timeout_ms)
    origin.wait_until_closed()
    return done


def check(verdicts: list[Verdict], claim_count: ClaimCount, *, settles: bool = True) -> None:
    claim_count.add(verdicts)
    assert false_claims(verdicts) == []
    if settles:
        assert batch_run.unsettled(verdicts) == []


# One stream, or a few, among many.


class OddStreams(StreamBehavior):
    """Does something odd to the first cancel, or to the first reading, of each chosen case."""

    def __init__(self, odd: OddStream, *, on_reading: bool, effect: bool) -> None:
        self._odd = odd
        self._on_reading = on_reading
        self._effect = effect
        self._resets_due: set[str] = set()
        self._odds_due: set[str] = set()

    def choose(self, case_ids: list[str]) -> None:
        self._odds_due = set(case_ids)
        self._resets_due = set(case_ids) if self._on_reading else set()

    @property
    def is_done(self) -> bool:
        return not self._odds_due

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        cancel = CANCEL_PATH.fullmatch(request.path)
        case_id = (cancel or CASE_PATH.fullmatch(request.path))[1]
        if cancel and case_id in self._resets_due:
            # So that there is something to be read back.
            self._resets_due.discard(case_id)
            line.take(request, effect=self._effect)
            line.reset(stream, ErrorCodes.INTERNAL_ERROR)
            return True
        if case_id not in self._odds_due or bool(cancel) is self._on_reading:
            return False
        self._odds_due.discard(case_id)
        self._odd.do(line, stream, line.take(request, effect=self._effect))
        return True


@dataclass(frozen=True)
class Trial:
    odd: OddStream
    on_reading: bool
    effect: bool

    def __str__(self) -> str:
        place = "reading" if self.on_reading else "cancel"
        return f"{self.odd} to a {place}, {'in' if self.effect else 'without'} effect"


def trials() -> Iterator[Trial]:
    for odd in all_odd_streams():
        for effect in odd.effects:
            yield Trial(odd, on_reading=False, effect=effect)
        yield Trial(odd, on_reading=True, effect=True)


def run_trial(trial: Trial, authority: Certificates) -> list[Verdict]:
    behavior = OddStreams(trial.odd, on_reading=trial.on_reading, effect=trial.effect)
    with origin_of(authority, behavior) as origin:
        case_ids = batch_run.make_cases(origin.ledger, CASES)
        # Among the first ones and the later ones; open, started and canceled ones.
        chosen = case_ids[4 : 4 + CHOSEN] if not trial.odd.breaks else case_ids[7:9]
        behavior.choose(chosen)
        done = run_batch(origin, authority, case_ids, max_response_bytes=65_536)
        return batch_run.verdicts_of(
            str(trial), done, origin, lossy=trial.odd.breaks, happened=behavior.is_done
        )


def test_an_odd_stream_makes_no_false_claim(authority: Certificates, claim_count: ClaimCount) -> None:
    groups = run_parallel(lambda trial: run_trial(trial, authority), trials(), THREADS)
    verdicts = [verdict for verdicts in groups for verdict in verdicts]
    assert sorted({verdict.what for verdict in verdicts if not verdict.happened}) == []
    check(verdicts, claim_count)


@pytest.mark.parametrize("odd", [odd for odd in all_odd_streams() if odd.is_answer], ids=str)
def test_an_odd_answer_that_is_whole_is_an_answer(odd: OddStream, authority: Certificates) -> None:
    behavior = OddStreams(odd, on_reading=False, effect=True)
    with origin_of(authority, behavior) as origin:
        case_ids = [origin.ledger.open() for _ in range(CASES)]
        behavior.choose(case_ids[:CHOSEN])
        done = run_batch(origin, authority, case_ids)
    assert [result["evidence"] for result in done.results] == ["response"] * CASES
    assert [len(result["attempts"]) for result in done.results] == [1] * CASES
    assert done.stats["connections"] == 1


def test_a_refused_stream_is_sent_again(authority: Certificates) -> None:
    odd = next(odd for odd in all_odd_streams() if odd.name == "refused")
    behavior = OddStreams(odd, on_reading=False, effect=False)
    with origin_of(authority, behavior) as origin:
        case_ids = [origin.ledger.open() for _ in range(CASES)]
        behavior.choose(case_ids[:CHOSEN])
        done = run_batch(origin, authority, case_ids)
        assert {result["outcome"] for result in done.results} == {"canceled"}
        for case_id in case_ids:
            assert origin.ledger.truth(case_id).whole == (2 if case_id in case_ids[:CHOSEN] else 1)
    assert done.stats["retries"] == CHOSEN


# The connection, with many streams in flight.

Held = list[tuple[int, Request]]


def half(line: Line, held: Held) -> None:
    """Every other request takes effect, and none is answered."""
    for number, (_, request) in enumerate(held):
        line.take(request, effect=number % 2 == 0)


def cut(line: Line, held: Held) -> None:
    half(line, held)
    line.end()


def reset_connection(line: Line, held: Held) -> None:
    half(line, held)
    line.end(reset=True)


def go_in_the_middle(line: Line, held: Held) -> None:
    """What GOAWAY says was not carried out was not; the rest is answered."""
    last, _ = held[len(held) // 2]
    line.go_away(last)
    for stream, request in held:
        if stream <= last:
            line.answer(stream, line.take(request))
        else:
            line.take(request, effect=False)
    line.end()


def go_before_all(line: Line, held: Held) -> None:
    for _, request in held:
        line.take(request, effect=False)
    line.go_away(max(held[0][0] - 2, 0))
    line.end()


def go_behind_all(line: Line, held: Held) -> None:
    """The last stream that may have been carried out is beyond ours: nothing is known."""
    half(line, held)
    line.go_away(2**31 - 1)
    line.end()


def go_with_grace(line: Line, held: Held) -> None:
    line.go_away(2**31 - 1)
    for number, (stream, request) in enumerate(held):
        line.later(
            number / 1000, lambda stream=stream, request=request: line.answer(stream, line.take(request))
        )

    def leave() -> None:
        line.go_away(held[-1][0] + 1000)
        line.end()

    line.later(0.05, leave)


def reset_all(line: Line, held: Held) -> None:
    for number, (stream, request) in enumerate(held):
        line.take(request, effect=number % 2 == 0)
        line.reset(stream, ErrorCodes.CANCEL if number % 3 else ErrorCodes.INTERNAL_ERROR)


def refuse_all(line: Line, held: Held) -> None:
    for stream, request in held:
        line.take(request, effect=False)
        line.reset(stream, ErrorCodes.REFUSED_STREAM)


def answer_backwards(line: Line, held: Held) -> None:
    replies = [(stream, line.take(request)) for stream, request in held]
    for stream, reply in reversed(replies):
        line.head(stream, reply, length=True)
        line.body(stream, reply.body[:1], ends=False)
    for stream, reply in replies:
        line.body(stream, reply.body[1:])


ACTIONS = [
    cut,
    reset_connection,
    go_in_the_middle,
    go_before_all,
    go_behind_all,
    go_with_grace,
    reset_all,
    refuse_all,
    answer_backwards,
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.__name__)
def test_what_happens_to_many_streams_at_once_makes_no_false_claim(
    action: object, authority: Certificates, claim_count: ClaimCount
) -> None:
    for first in (0, 10):
        behavior = HoldsRequests(action, first=first, count=40 if first else 8)
        with origin_of(authority, behavior) as origin:
            case_ids = batch_run.make_cases(origin.ledger, 60)
            done = run_batch(origin, authority, case_ids)
            assert behavior.is_done
            whole = action in (reset_all, answer_backwards)
            check(batch_run.verdicts_of(action.__name__, done, origin, lossy=not whole), claim_count)


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.RESET, Kind.TRUNCATE], ids=lambda kind: kind.value)
@pytest.mark.parametrize("direction", Direction, ids=lambda direction: direction.value)
def test_a_connection_that_breaks_at_any_place_costs_no_certainty(
    kind: Kind, direction: Direction, authority: Certificates, claim_count: ClaimCount
) -> None:
    def inject(at: int) -> list[Verdict]:
        fault = Fault(kind, direction, at)
        with origin_of(authority) as origin, closing(Proxy(origin.port, fault)) as proxy:
            case_ids = batch_run.make_cases(origin.ledger, 30)
            done = run_batch(origin, authority, case_ids, port=proxy.port)
            return batch_run.verdicts_of(str(fault), done, origin, lossy=True, happened=proxy.happened)

    groups = run_parallel(inject, range(0, 3000, 151), THREADS)
    check([verdict for verdicts in groups for verdict in verdicts], claim_count)


class Retiring(StreamBehavior):
    """Sends GOAWAY on each connection after so many requests, as servers do."""

    def __init__(self, requests: int) -> None:
        self._requests = requests

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        if line.requests < self._requests:
            return False
        if line.requests == self._requests:
            line.go_away(stream)
            line.answer(stream, line.take(request))
            line.later(0.02, line.end)
        # What comes later is not carried out, as GOAWAY said.
        elif CANCEL_PATH.fullmatch(request.path):
            line.take(request, effect=False)
        return True


def test_connections_that_retire_cost_no_certainty(authority: Certificates, claim_count: ClaimCount) -> None:
    with origin_of(authority, Retiring(100)) as origin:
        case_ids = batch_run.make_cases(origin.ledger, 600)
        done = run_batch(origin, authority, case_ids, options={"max_in_flight": 16})
        check(batch_run.verdicts_of("connections that retire", done, origin, lossy=True), claim_count)


# The origin's settings.


class Narrow(StreamBehavior):
    """Has settings of its own, and opens the window of each request that waits for it byte by byte."""

    def __init__(self, settings: dict[SettingCodes, int]) -> None:
        self.settings = settings
        self.waits = 0

    def greet(self, line: Line) -> None:
        for stream in line.half_read:
            self.waits += 1
            line.h2.increment_flow_control_window(1, stream)
        line.later(0.0005, lambda: self.greet(line))


@pytest.mark.parametrize("streams", [1, 5])
def test_the_origin_says_how_many_streams_at_once(
    streams: int, authority: Certificates, claim_count: ClaimCount
) -> None:
    with origin_of(authority, Narrow({SettingCodes.MAX_CONCURRENT_STREAMS: streams})) as origin:
        case_ids = batch_run.make_cases(origin.ledger, 40)
        done = run_batch(origin, authority, case_ids, max_connections=4)
        assert max(line.open_most for line in origin.lines) <= streams
        assert len(origin.lines) <= 4
        check(batch_run.verdicts_of(f"{streams} at once", done, origin, lossy=False), claim_count)


@pytest.mark.parametrize(
    "settings",
    [
        {SettingCodes.INITIAL_WINDOW_SIZE: 0},
        {SettingCodes.INITIAL_WINDOW_SIZE: 2**31 - 1, SettingCodes.MAX_FRAME_SIZE: 2**24 - 1},
        {SettingCodes.HEADER_TABLE_SIZE: 0},
        {SettingCodes.MAX_CONCURRENT_STREAMS: 2**31 - 1},
    ],
    ids=str,
)
def test_odd_settings_cost_nothing(
    settings: dict[SettingCodes, int], authority: Certificates, claim_count: ClaimCount
) -> None:
    with origin_of(authority, Narrow(settings)) as origin:
        done = run_batch(origin, authority, batch_run.make_cases(origin.ledger, 40))
        check(batch_run.verdicts_of(str(settings), done, origin, lossy=False), claim_count)


def test_a_server_that_lets_no_stream_in_makes_no_false_claim(
    authority: Certificates, claim_count: ClaimCount
) -> None:
    # Those that leave before the settings come are let in.
    with origin_of(authority, Narrow({SettingCodes.MAX_CONCURRENT_STREAMS: 0})) as origin:
        done = run_batch(origin, authority, batch_run.make_cases(origin.ledger, CASES), timeout_ms=700)
        check(batch_run.verdicts_of("no streams", done, origin, lossy=True), claim_count, settles=False)


class Minting(Narrow):
    """Mints a token that is not good any more, and then a good one."""

    def __init__(self) -> None:
        super().__init__({SettingCodes.INITIAL_WINDOW_SIZE: 1})
        self.tokens = ["stale-token", TOKEN]

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        if request.path != "/auth/api":
            return False
        line.answer(stream, Reply(201, {"token": self.tokens.pop(0)}))
        return True


def test_a_request_whose_body_must_wait_is_sent_whole(
    authority: Certificates, claim_count: ClaimCount
) -> None:
    behavior = Minting()
    pair = {"api_key": "key-" * 9, "client_access_token": "access-" * 9, "token": None}
    with origin_of(authority, behavior) as origin:
        done = run_batch(origin, authority, batch_run.make_cases(origin.ledger, CASES), **pair)
        # What came with the stale token changed nothing.
        check(batch_run.verdicts_of("a narrow window", done, origin, lossy=True), claim_count)
    assert behavior.tokens == []
    # The second request for a token met the window when it was in force.
    assert behavior.waits > 100


# Answers that belong elsewhere.


class Swapping(StreamBehavior):
    """Loses the answer to each case's first cancel, and answers the first readings with each other's."""

    def __init__(self) -> None:
        self._lost: set[str] = set()
        self._held: tuple[int, Request] | None = None
        self._swapped: set[str] = set()

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        if cancel := CANCEL_PATH.fullmatch(request.path):
            if cancel[1] in self._lost:
                return False
            self._lost.add(cancel[1])
            line.take(request, effect=len(self._lost) % 2 == 0)
            line.reset(stream, ErrorCodes.INTERNAL_ERROR)
            return True
        if request.path in self._swapped:
            return False
        self._swapped.add(request.path)
        if self._held is None:
            self._held = (stream, request)
            line.later(0.2, lambda: self._let_go(line))
            return True
        (other_stream, other), self._held = self._held, None
        line.answer(stream, line.take(other))
        line.answer(other_stream, line.take(request))
        return True

    def _let_go(self, line: Line) -> None:
        if self._held:
            (stream, request), self._held = self._held, None
            line.answer(stream, line.take(request))


def test_a_reading_of_another_case_is_no_reading(authority: Certificates, claim_count: ClaimCount) -> None:
    with origin_of(authority, Swapping()) as origin:
        done = run_batch(origin, authority, batch_run.make_cases(origin.ledger, 30))
        check(batch_run.verdicts_of("swapped readings", done, origin, lossy=False), claim_count)


# Silence.


class Silent(StreamBehavior):
    """Never answers the cancels of the chosen cases: the first, or any request at all."""

    def __init__(self, *, for_good: bool) -> None:
        self._for_good = for_good
        self.chosen: set[str] = set()
        self._met: set[str] = set()

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        cancel = CANCEL_PATH.fullmatch(request.path)
        case_id = (cancel or CASE_PATH.fullmatch(request.path))[1]
        if case_id not in self.chosen or (case_id in self._met and not self._for_good):
            return False
        self._met.add(case_id)
        if cancel:
            line.take(request, effect=len(self._met) % 2 == 0)
        return True


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
def test_streams_that_are_never_answered_make_no_false_claim(
    for_good: bool, authority: Certificates, claim_count: ClaimCount
) -> None:
    behavior = Silent(for_good=for_good)
    with origin_of(authority, behavior) as origin:
        case_ids = batch_run.make_cases(origin.ledger, 40)
        behavior.chosen = set(case_ids[3:13])
        done = run_batch(origin, authority, case_ids, timeout_ms=4000)
        # The last requests before a deadline may come too late to be read.
        verdicts = batch_run.verdicts_of("silent streams", done, origin, lossy=True)
        check(verdicts, claim_count, settles=not for_good)
    if for_good:
        unknown = {result["case_id"] for result in done.results if result["outcome"] == "unknown"}
        assert unknown == behavior.chosen


class Hesitating(Silent):
    """Answers all others a little late, so that the connection is never without a request."""

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        if not super().handle(line, stream, request):
            line.later(0.02, lambda: line.answer(stream, line.take(request)))
        return True


def test_one_silent_stream_does_not_condemn_a_connection_that_works(
    authority: Certificates, claim_count: ClaimCount
) -> None:
    behavior = Hesitating(for_good=False)
    with origin_of(authority, behavior) as origin:
        case_ids = [origin.ledger.open() for _ in range(4000)]
        behavior.chosen = {case_ids[100]}
        done = run_batch(origin, authority, case_ids, timeout_ms=1600)
        check(batch_run.verdicts_of("one silent stream", done, origin, lossy=True), claim_count)
        assert len(origin.lines) <= 2


def fall_silent(line: Line, held: Held) -> None:
    half(line, held)
    line.fall_silent()


def test_a_connection_that_falls_silent_is_left(authority: Certificates, claim_count: ClaimCount) -> None:
    """What was asked over it is read back over another, in the half of the time that is kept for that."""
    behavior = HoldsRequests(fall_silent, first=10, count=20)
    with origin_of(authority, behavior) as origin:
        done = run_batch(origin, authority, batch_run.make_cases(origin.ledger, 60), timeout_ms=6000)
        check(batch_run.verdicts_of("a silent connection", done, origin, lossy=True), claim_count)


# The protocol of the connection.


def test_a_server_may_come_back_with_another_protocol(
    authority: Certificates, claim_count: ClaimCount
) -> None:
    for action in (cut, go_in_the_middle, reset_connection):
        behavior = HoldsRequests(action, first=10, count=20)
        with origin_of(authority, behavior, ("h2",), ("http/1.1",)) as origin:
            done = run_batch(origin, authority, batch_run.make_cases(origin.ledger, 60))
            check(
                batch_run.verdicts_of(f"{action.__name__}, then HTTP/1.1", done, origin, lossy=True),
                claim_count,
            )
            assert done.stats["http_version"] == "1.1"
            assert (origin.protocols[0], set(origin.protocols[1:])) == ("h2", {"http/1.1"})
            assert done.stats["connections"] <= 60


@pytest.mark.parametrize("protocols", [("http/1.1",), ()], ids=["HTTP/1.1", "no protocol named"])
def test_a_server_that_does_not_speak_http2_is_spoken_to_in_http11(
    protocols: tuple[str, ...], authority: Certificates, claim_count: ClaimCount
) -> None:
    context = server_context(authority, *protocols)
    with closing(StreamOrigin(context)) as origin:
        done = run_batch(origin, authority, batch_run.make_cases(origin.ledger, 60))
        check(batch_run.verdicts_of("HTTP/1.1", done, origin, lossy=False), claim_count)
        assert origin.lines == []
        assert len(origin.protocols) <= 8
    assert done.stats["http_version"] == "1.1"


def test_a_host_may_do_without_http2(authority: Certificates, claim_count: ClaimCount) -> None:
    with origin_of(authority) as origin:
        done = run_batch(
            origin,
            authority,
            batch_run.make_cases(origin.ledger, 60),
            options={"http2": False},
            max_connections=3,
        )
        check(batch_run.verdicts_of("http2: false", done, origin, lossy=False), claim_count)
        assert set(origin.protocols) <= {"http/1.1", None}
        assert len(origin.protocols) <= 3
    assert done.stats["http_version"] == "1.1"


def test_ten_thousand_cancels_take_two_connections_at_most(
    authority: Certificates, claim_count: ClaimCount
) -> None:
    with origin_of(authority) as origin:
        case_ids = batch_run.make_cases(origin.ledger, 10_000)
        done = run_batch(origin, authority, case_ids, timeout_ms=60_000)
        check(batch_run.verdicts_of("ten thousand", done, origin, lossy=False), claim_count)
        assert origin.protocols in (["h2"], ["h2", "h2"])
        assert sum(line.requests for line in origin.lines) == done.stats["requests"]
    assert done.stats["connections"] == len(origin.protocols)
    assert done.stats["http_version"] == "2"
    assert done.stats["retries"] == 0
