"""Batches over HTTP/1.1: faults on one of many connections, or on all at once, make no false claim."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import batch_run
import pytest
from batch_run import BatchRun
from certificates import Certificates
from claim_count import ClaimCount, Verdict, false_claims
from library import Batch, Client, Result
from messages import Reply, Request
from odd_answers import EITHER, Odd, all_odd_answers
from one_odd_answer import OneOddAnswer
from origin import CANCEL_PATH, CASE_PATH, IDLE_SECONDS, Behavior, Origin, server_context
from parallel import run_parallel
from proxy import Direction, Fault, Kind, Proxy
from unsolicited import UNSOLICITED

CONNECTIONS = 8
CASES = 24
TIMEOUT_MS = 8000
THREADS = 4


def origin_of(security: Certificates | None, behavior: Behavior | None = None) -> Origin:
    return Origin(tls=server_context(security), behavior=behavior)


def client_of(security: Certificates | None, port: int, *, timeout_ms: int = TIMEOUT_MS) -> Client:
    return Client(
        f"{'https' if security else 'http'}://127.0.0.1:{port}",
        timeout_ms=timeout_ms,
        ca_file=security.authority if security else None,
        max_connections=CONNECTIONS,
        # Each of the connections may fail one and the same case.
        max_attempts=CONNECTIONS + 4,
    )


def run_batch(
    security: Certificates | None, port: int, case_ids: list[str], *, timeout_ms: int = TIMEOUT_MS
) -> BatchRun:
    made = client_of(security, port, timeout_ms=timeout_ms)
    with closing(made) as client, closing(client.batch()) as batch:
        return batch_run.run(batch, case_ids, timeout_ms=timeout_ms)


def check(verdicts: list[Verdict], claim_count: ClaimCount, *, settles: bool = True) -> None:
    claim_count.add(verdicts)
    assert false_claims(verdicts) == []
    if settles:
        assert batch_run.unsettled(verdicts) == []


# Faults at a byte of the wire.


def run_trial(
    security: Certificates | None, fault: Fault, *, connections: int = 1, timeout_ms: int = TIMEOUT_MS
) -> list[Verdict]:
    with closing(origin_of(security)) as origin:
        with closing(Proxy(origin.port, fault, connections=connections)) as proxy:
            case_ids = batch_run.make_cases(origin.ledger, CASES)
            done = run_batch(security, proxy.port, case_ids, timeout_ms=timeout_ms)
        origin.wait_until_closed()
        return batch_run.verdicts_of(
            f"{fault} of {connections}",
            done,
            origin,
            lossy=True,
            # A wrong bit may make any status of any other.
            forged=fault.kind is Kind.GARBLE and fault.direction is Direction.TO_CLIENT and security is None,
            happened=proxy.happened,
        )


def reach(security: Certificates | None) -> int:
    """Some bytes beyond the second answer of a connection."""
    return 3400 if security else 600


@pytest.mark.parametrize("kind", [Kind.CUT, Kind.RESET, Kind.TRUNCATE], ids=lambda kind: kind.value)
def test_connections_that_break_at_any_place_cost_no_certainty(
    security: Certificates | None, kind: Kind, claim_count: ClaimCount
) -> None:
    def inject(place: tuple[Direction, int, int]) -> list[Verdict]:
        direction, at, connections = place
        return run_trial(security, Fault(kind, direction, at), connections=connections)

    step = 307 if security else 37
    places = [
        (direction, at, connections)
        for direction in Direction
        for connections in (1, CONNECTIONS)
        for at in range(connections % 7, reach(security), step)
    ]
    groups = run_parallel(inject, places, THREADS)
    verdicts = [verdict for verdicts in groups for verdict in verdicts]
    check(verdicts, claim_count, settles=False)
    for (_, _, connections), group in zip(places, groups):
        if connections == 1:
            assert batch_run.unsettled(group) == []
    # A case that meets two faults may lose the very answer that would have settled it.
    assert len(batch_run.unsettled(verdicts)) <= len(verdicts) // 200, batch_run.unsettled(verdicts)


def test_a_garbled_byte_makes_no_false_claim(security: Certificates | None, claim_count: ClaimCount) -> None:
    def inject(place: tuple[Direction, int]) -> list[Verdict]:
        return run_trial(security, Fault(Kind.GARBLE, *place))

    places = [
        (direction, at) for direction in Direction for at in range(0, reach(security), 307 if security else 7)
    ]
    verdicts = [verdict for verdicts in run_parallel(inject, places, THREADS) for verdict in verdicts]
    # In plain text, what came was sometimes another request, or another answer.
    check(verdicts, claim_count, settles=security is not None)
    assert len(batch_run.unsettled(verdicts)) <= len(places)


def test_connections_that_fall_silent_make_no_false_claim(
    security: Certificates | None, claim_count: ClaimCount
) -> None:
    def inject(place: tuple[Direction, int, int]) -> list[Verdict]:
        direction, at, connections = place
        return run_trial(security, Fault(Kind.STALL, direction, at), connections=connections, timeout_ms=1500)

    step = 900 if security else 150
    places = [
        (direction, at, connections)
        for direction in Direction
        for connections in (1, CONNECTIONS)
        for at in range(0, reach(security), step)
    ]
    groups = run_parallel(inject, places, 8)
    check([verdict for verdicts in groups for verdict in verdicts], claim_count, settles=False)
    # Before TLS has said what the server speaks, all wait for the first connection, and then for the next.
    expected = [
        group for place, group in zip(places, groups) if place[2] == 1 or place[1] > 0 or security is None
    ]
    verdicts = [verdict for verdicts in expected for verdict in verdicts]
    # Half of the time is left for the reading; a busy machine may now and then need more.
    assert len(batch_run.unsettled(verdicts)) <= 1 + len(verdicts) // 20, batch_run.unsettled(verdicts)


# Odd answers.


def odd_places() -> Iterator[tuple[Odd, bool, bool]]:
    for odd in all_odd_answers():
        for effect in odd.effects:
            yield odd, False, effect
        if odd.reads:
            yield odd, True, EITHER[0]


def test_an_odd_answer_among_others_makes_no_false_claim(claim_count: ClaimCount) -> None:
    def tell(place: tuple[Odd, bool, bool]) -> list[Verdict]:
        odd, on_reading, effect = place
        behavior = OneOddAnswer(odd, on_reading=on_reading, effect=effect)
        with closing(Origin(behavior=behavior)) as origin:
            case_ids = batch_run.make_cases(origin.ledger, CASES)
            # An open one, on a connection that was used before.
            chosen = case_ids[10]
            behavior.choose(chosen)
            done = run_batch(None, origin.port, case_ids, timeout_ms=4000)
            origin.wait_until_closed()
            what = (
                f"{odd} to a {'reading' if on_reading else 'cancel'}, {'in' if effect else 'without'} effect"
            )
            # The origin does not wait long for more, and a request may just then be on its way.
            lossy = not odd.keeps or done.seconds > IDLE_SECONDS
            verdicts = batch_run.verdicts_of(what, done, origin, lossy=lossy, happened=behavior.is_done)
            ends = {result["case_id"]: result["outcome"] for result in done.results}
            is_expected = ends.pop(chosen) == ("canceled" if on_reading or effect else odd.end)
            others = [
                end for end in batch_run.unsettled(verdicts) if not end.startswith(f"{what}: {odd.end}, ")
            ]
            found = () if is_expected and not others else (f"did not end as it should: {others or odd.end}",)
            return [*verdicts, Verdict(what, "the others", found)]

    verdicts = [verdict for verdicts in run_parallel(tell, odd_places(), 12) for verdict in verdicts]
    assert sorted({verdict.what for verdict in verdicts if not verdict.happened}) == []
    check(verdicts, claim_count, settles=False)


class Unsolicited(Behavior):
    """Answers some cases all together, and some with a delay. Sends something more on all other
    connections when it is told to."""

    def __init__(self, data: bytes) -> None:
        self.together: set[str] = set()
        self.delayed: set[str] = set()
        self.held = 0
        self.let_go = threading.Event()
        self._data = data
        self._lock = threading.Lock()
        self._idle: set[socket.socket] = set()
        self._all_are_here = threading.Barrier(CONNECTIONS)

    def send(self) -> int:
        """On how many connections."""
        with self._lock:
            for connection in self._idle:
                connection.sendall(self._data)
            return len(self._idle)

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        case_id = (CANCEL_PATH.fullmatch(request.path) or CASE_PATH.fullmatch(request.path))[1]
        is_delayed = case_id in self.delayed
        with self._lock:
            (self._idle.discard if is_delayed else self._idle.add)(connection)
            self.held += is_delayed
        if case_id in self.together:
            self._all_are_here.wait(timeout=10)
        if is_delayed:
            self.let_go.wait(timeout=10)
        connection.sendall(reply.bytes)
        return True


@pytest.mark.parametrize("is_worked_on", [False, True], ids=["idle", "worked on"])
@pytest.mark.parametrize("name", UNSOLICITED)
def test_an_unsolicited_answer_is_not_the_next_requests_while_others_are_busy(
    security: Certificates | None, name: str, is_worked_on: bool, claim_count: ClaimCount
) -> None:
    behavior = Unsolicited(UNSOLICITED[name])
    made_origin = origin_of(security, behavior)
    with closing(made_origin) as origin, closing(client_of(security, origin.port)) as client:
        first, many, delayed = ([origin.ledger.open() for _ in range(count)] for count in (1, CONNECTIONS, 2))
        then = batch_run.make_cases(origin.ledger, CASES)
        behavior.together, behavior.delayed = set(many), set(delayed)
        results: list[Result] = []
        with closing(client.batch()) as batch:
            # Once the protocol is known, each begins on a connection of its own.
            add(batch, first)
            fetch(batch, results, len(first))
            add(batch, many)
            fetch(batch, results, len(first + many))
            add(batch, delayed)
            while behavior.held < len(delayed):
                assert batch.next(5) is None
            assert behavior.send() == CONNECTIONS - len(delayed)
            if is_worked_on:
                assert batch.next(10) is None
            add(batch, then)
            fetch(batch, results, len(first + many) + CASES // 2)
            behavior.let_go.set()
            fetch(batch, results, len(first + many + delayed + then))
            assert batch.pending == 0
            done = BatchRun(results, batch.stats, 0)
        origin.wait_until_closed()
        assert sorted(result["case_id"] for result in results) == sorted(first + many + delayed + then)
        check(batch_run.verdicts_of(f"{name} besides", done, origin, lossy=True), claim_count)


def add(batch: Batch, case_ids: list[str]) -> None:
    for case_id in case_ids:
        assert batch.add(case_id, tag=case_id)


def fetch(batch: Batch, results: list[Result], count: int) -> None:
    while len(results) < count:
        result = batch.next(TIMEOUT_MS)
        assert result, "a result never came"
        results.append(result)


class Swapping(Behavior):
    """Loses the answer to each case's first cancel, and answers each first reading with the one before it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._met: set[str] = set()
        self._before: Reply | None = None

    def takes_effect(self, case_id: str) -> bool:
        with self._lock:
            # Every other first cancel.
            return case_id in self._met or len(self._met) % 2 == 0

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        cancel = CANCEL_PATH.fullmatch(request.path)
        with self._lock:
            is_first = request.path not in self._met
            self._met.add(request.path)
            if cancel:
                self._met.add(cancel[1])
            elif is_first:
                reply, self._before = self._before or reply, reply
        if cancel and is_first:
            return False
        return super().write(connection, request, reply)


def test_a_reading_of_another_case_is_no_reading(
    security: Certificates | None, claim_count: ClaimCount
) -> None:
    with closing(origin_of(security, Swapping())) as origin:
        done = run_batch(security, origin.port, batch_run.make_cases(origin.ledger, CASES))
        origin.wait_until_closed()
        check(batch_run.verdicts_of("swapped readings", done, origin, lossy=True), claim_count)


def test_a_thousand_cancels_take_no_more_connections_than_allowed(
    security: Certificates | None, claim_count: ClaimCount
) -> None:
    with closing(origin_of(security)) as origin:
        case_ids = batch_run.make_cases(origin.ledger, 1000)
        done = run_batch(security, origin.port, case_ids)
        origin.wait_until_closed()
        check(batch_run.verdicts_of("a thousand", done, origin, lossy=False), claim_count)
    assert done.stats["connections"] == CONNECTIONS
    assert done.stats["http_version"] == "1.1"
    assert done.stats["retries"] == 0
