"""One client cancels a case once at a time: who comes second waits for what the first finds out."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import claims
import pytest
from certificates import Certificates
from claim_count import ClaimCount, Verdict
from library import Batch, Client, Result
from messages import Reply, Request, own_error
from origin import CANCEL_PATH, Behavior, Origin, server_context
from parallel import run_parallel
from streams import Line, StreamBehavior, StreamOrigin

TIMEOUT_MS = 8000
CANCEL_SECONDS = 0.15
IDS = pytest.mark.parametrize(
    "spell", [str, str.upper, str.title], ids=["the same letters", "large letters", "mixed letters"]
)


class Counting:
    """How many cancel requests of each case are at work at a time, whatever the letters of its id."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[str, int] = {}
        self.most = 0
        self.requests = 0

    def begin(self, case_id: str) -> None:
        with self._lock:
            self.requests += 1
            self._now[case_id.lower()] = self._now.get(case_id.lower(), 0) + 1
            self.most = max(self.most, *self._now.values())

    def end(self, case_id: str) -> None:
        with self._lock:
            self._now[case_id.lower()] -= 1


class Slow(StreamBehavior):
    """Takes its time for each cancel. `answer` gives another answer than the honest one to the first."""

    def __init__(self, answer: Callable[[Reply], Reply] | None = None) -> None:
        self.counting = Counting()
        self._answer = answer

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        cancel = CANCEL_PATH.fullmatch(request.path)
        if cancel:
            self.counting.begin(cancel[1])
            time.sleep(CANCEL_SECONDS)
            # Its answer is the end of a request: the next may be sent when it is there.
            self.counting.end(cancel[1])
        return super().write(connection, request, self._given(cancel is not None, reply))

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        cancel = CANCEL_PATH.fullmatch(request.path)
        if not cancel:
            return False
        reply = line.take(request)
        self.counting.begin(cancel[1])

        def answer() -> None:
            self.counting.end(cancel[1])
            line.answer(stream, self._given(True, reply))

        line.later(CANCEL_SECONDS, answer)
        return True

    def _given(self, is_cancel: bool, reply: Reply) -> Reply:
        if not is_cancel or self._answer is None:
            return reply
        answer, self._answer = self._answer, None
        return answer(reply)


@contextmanager
def origin_and_client(behavior: Behavior) -> Iterator[tuple[Origin, Client]]:
    with ExitStack() as stack:
        origin = stack.enter_context(closing(Origin(behavior=behavior)))
        url = f"http://127.0.0.1:{origin.port}"
        yield origin, stack.enter_context(closing(Client(url, timeout_ms=TIMEOUT_MS)))


def check(results: list[Result], origin: Origin, claim_count: ClaimCount, *, lost: int = 0) -> None:
    """Holds each result against the ledger, and all of them together: their requests, and as many `lost`
    ones whose results nobody has, are those that came."""
    verdicts = []
    for result in results:
        truth = origin.ledger.truth(result["case_id"])
        assert truth.whole == sum(map(cancels, results)) + lost, results
        truth.whole = cancels(result)
        # If this call did not cancel it, another one of this client did.
        truth.was_canceled = result["outcome"] == "already_canceled"
        found = claims.complaints(result, truth)
        verdicts.append(Verdict("the same case at the same time", result["outcome"], tuple(found)))
    claim_count.add(verdicts)
    assert [verdict.false_claims for verdict in verdicts] == [()] * len(results), results


def cancels(result: Result) -> int:
    return sum(1 for attempt in result["attempts"] if attempt["request"] == "cancel")


def check_one_canceled_for_all(results: list[Result], behavior: Slow) -> None:
    """One result is the cancel; the others rest on it, without a request of their own."""
    results = sorted(results, key=lambda result: len(result["attempts"]), reverse=True)
    outcomes = [result["outcome"] for result in results]
    assert outcomes == ["canceled", *["already_canceled"] * (len(results) - 1)]
    assert [len(result["attempts"]) for result in results] == [1, *[0] * (len(results) - 1)]
    assert all(result["settled"] for result in results)
    assert (behavior.counting.requests, behavior.counting.most) == (1, 1)


@IDS
def test_calls_of_many_threads_cancel_once(spell: Callable[[str], str], claim_count: ClaimCount) -> None:
    behavior = Slow()
    with origin_and_client(behavior) as (origin, client):
        case_id = origin.ledger.open()
        spellings = [spell(case_id) if number % 2 else case_id for number in range(6)]
        results = run_parallel(client.cancel, spellings, len(spellings))
        origin.wait_until_closed()
        check(results, origin, claim_count)
        assert [result["case_id"] for result in results] == spellings
        check_one_canceled_for_all(results, behavior)


@IDS
def test_a_batch_cancels_a_case_once(spell: Callable[[str], str], claim_count: ClaimCount) -> None:
    behavior = Slow()
    with origin_and_client(behavior) as (origin, client), closing(client.batch()) as batch:
        case_id = origin.ledger.open()
        check_batch(batch, case_id, spell(case_id), origin, behavior, claim_count)


@IDS
def test_a_batch_over_http2_cancels_a_case_once(
    spell: Callable[[str], str], authority: Certificates, claim_count: ClaimCount
) -> None:
    behavior = Slow()
    context = server_context(authority, "h2")
    with ExitStack() as stack:
        origin = stack.enter_context(closing(StreamOrigin(context, behavior=behavior)))
        url = f"https://127.0.0.1:{origin.port}"
        made = Client(url, timeout_ms=TIMEOUT_MS, ca_file=authority.authority)
        client = stack.enter_context(closing(made))
        batch = stack.enter_context(closing(client.batch()))
        case_id = origin.ledger.open()
        check_batch(batch, case_id, spell(case_id), origin, behavior, claim_count)
        assert batch.stats["http_version"] == "2"


def check_batch(
    batch: Batch, case_id: str, other_spelling: str, origin: Origin, behavior: Slow, claim_count: ClaimCount
) -> None:
    assert batch.add(case_id, tag="first")
    assert batch.add(other_spelling, tag="second")
    results = [batch.next(TIMEOUT_MS) for _ in range(2)]
    assert batch.next(0) is None
    check(results, origin, claim_count)
    assert [result["tag"] for result in results] == ["first", "second"]
    check_one_canceled_for_all(results, behavior)


@dataclass(frozen=True)
class FirstAnswer:
    """What the first of two calls is answered, and how both end. It took effect, as the origin knows."""

    reply: Reply
    ends: list[str]


FIRST_ANSWERS = {
    "a doubt": FirstAnswer(Reply(504, {"message": "Endpoint request timed out"}), ["canceled"]),
    "a refusal": FirstAnswer(own_error(422, "Unable to cancel case."), ["already_canceled"]),
}


@pytest.mark.parametrize("name", FIRST_ANSWERS)
def test_a_case_that_is_read_back_is_known_to_all(name: str, claim_count: ClaimCount) -> None:
    """A reading is as good as an answer."""
    behavior = Slow(lambda reply: FIRST_ANSWERS[name].reply)
    with origin_and_client(behavior) as (origin, client), closing(client.batch()) as batch:
        # The refusal is one because somebody else canceled it before.
        case_id = origin.ledger.open(canceled=name == "a refusal")
        for tag in ("first", "second"):
            assert batch.add(case_id, tag=tag)
        results = [batch.next(TIMEOUT_MS) for _ in range(2)]
        check(results, origin, claim_count)
    ends = FIRST_ANSWERS[name].ends
    assert [result["outcome"] for result in results] == [*ends, "already_canceled"]
    assert [result["evidence"] for result in results] == ["read_back"] * 2
    assert results[1]["attempts"] == []
    assert (behavior.counting.requests, behavior.counting.most) == (1, 1)


class WithoutEffect(Slow):
    """Accepts the first cancel for later, and never carries it out."""

    def __init__(self) -> None:
        super().__init__(lambda reply: Reply(202, {}))
        self._is_first = True

    def takes_effect(self, case_id: str) -> bool:
        is_first, self._is_first = self._is_first, False
        return not is_first


def test_nobody_rests_on_an_acceptance_for_later(claim_count: ClaimCount) -> None:
    """Where nothing is read back, the first call claims what its answer says, but not that this stands."""
    behavior = WithoutEffect()
    with ExitStack() as stack:
        origin = stack.enter_context(closing(Origin(behavior=behavior)))
        url = f"http://127.0.0.1:{origin.port}"
        client = stack.enter_context(closing(Client(url, timeout_ms=TIMEOUT_MS, confirm="never")))
        batch = stack.enter_context(closing(client.batch()))
        case_id = origin.ledger.open()
        for tag in ("first", "second"):
            assert batch.add(case_id, tag=tag)
        results = [batch.next(TIMEOUT_MS) for _ in range(2)]
        check(results, origin, claim_count)
    assert [result["settled"] for result in results] == [False, True]
    assert [result["outcome"] for result in results] == ["canceled"] * 2
    assert [result["attempts"][0]["http_status"] for result in results] == [202, 200]
    assert (behavior.counting.requests, behavior.counting.most) == (2, 1)


@pytest.mark.parametrize("is_batch", [True, False], ids=["batch", "threads"])
def test_what_was_not_canceled_is_asked_for_once_more(is_batch: bool, claim_count: ClaimCount) -> None:
    """Each asks for itself, one after the other."""
    behavior = Slow()
    with origin_and_client(behavior) as (origin, client):
        case_id = origin.ledger.open(started=True)
        spellings = [case_id, case_id.upper(), case_id]
        if is_batch:
            with closing(client.batch()) as batch:
                for spelling in spellings:
                    assert batch.add(spelling)
                results = [batch.next(TIMEOUT_MS) for _ in spellings]
        else:
            results = run_parallel(client.cancel, spellings, len(spellings))
        origin.wait_until_closed()
        check(results, origin, claim_count)
    assert [result["outcome"] for result in results] == ["refused"] * 3
    assert (behavior.counting.requests, behavior.counting.most) == (3, 1)


class Meeting(Behavior):
    """Answers so many cancels once all of them are there."""

    def __init__(self, count: int) -> None:
        self._all_are_here = threading.Barrier(count)

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        if CANCEL_PATH.fullmatch(request.path):
            self._all_are_here.wait(timeout=TIMEOUT_MS / 1000)
        return super().write(connection, request, reply)


def test_neither_another_case_waits_nor_another_client() -> None:
    with origin_and_client(Meeting(3)) as (origin, client):
        with closing(Client(f"http://127.0.0.1:{origin.port}", timeout_ms=TIMEOUT_MS)) as other_client:
            case_id, other_case_id = origin.ledger.open(), origin.ledger.open()
            calls = [(client, case_id), (client, other_case_id), (other_client, case_id)]
            results = run_parallel(lambda call: call[0].cancel(call[1]), calls, len(calls))
        origin.wait_until_closed()
        assert origin.ledger.truth(case_id).whole == 2
    assert [result["attempts"][0]["http_status"] in (200, 422) for result in results] == [True] * 3


class Holding(Behavior):
    """Carries out the first cancel, and answers it when it is let go."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.let_go = threading.Event()

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        if CANCEL_PATH.fullmatch(request.path) and not self.has_begun.is_set():
            self.has_begun.set()
            assert self.let_go.wait(timeout=10)
        return super().write(connection, request, reply)


def test_a_call_does_not_wait_for_ever_for_a_batch_that_nobody_works_on(claim_count: ClaimCount) -> None:
    """After half of its time it asks for itself."""
    behavior = Holding()
    with origin_and_client(behavior) as (origin, client), closing(client.batch()) as batch:
        case_id = origin.ledger.open()
        assert batch.add(case_id)
        while not behavior.has_begun.is_set():
            assert batch.next(5) is None
        began = time.monotonic()
        result = client.cancel(case_id.upper(), timeout_ms=2000)
        took = time.monotonic() - began
        assert 1.0 <= took < 2.0
        assert 1000 <= result["elapsed_ms"] < 2000
        # It was canceled by the request of the batch, which this call knows nothing of.
        assert (result["outcome"], result["evidence"]) == ("already_canceled", "read_back")
        assert [attempt["request"] for attempt in result["attempts"]] == ["cancel", "read"]
        behavior.let_go.set()
        of_batch = batch.next(TIMEOUT_MS)
        assert (of_batch["outcome"], len(of_batch["attempts"])) == ("canceled", 1)
        check([result, of_batch], origin, claim_count)


def test_a_case_is_free_again_when_its_batch_is(claim_count: ClaimCount) -> None:
    """A batch that is freed in the middle of a cancel leaves its cases to others at once."""
    behavior = Holding()
    with origin_and_client(behavior) as (origin, client):
        case_id = origin.ledger.open()
        with closing(client.batch()) as batch:
            assert batch.add(case_id)
            while not behavior.has_begun.is_set():
                assert batch.next(5) is None
        behavior.let_go.set()
        began = time.monotonic()
        result = client.cancel(case_id)
        assert time.monotonic() - began < 1
        assert (result["outcome"], result["evidence"]) == ("already_canceled", "read_back")
        check([result], origin, claim_count, lost=1)
