"""The check of claims finds faults: it is given true results made false, and a false ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import claims
import pytest
from claim_count import ClaimCount, Verdict
from ledger import Case
from library import Client, Result
from origin import Origin
from proxy import Direction, Fault, Kind, Proxy


@dataclass(frozen=True)
class Run:
    result: Result
    truth: Case


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A cancel whose answer was lost, and that was read back."""
    with closing(Origin()) as origin:
        case_id = origin.ledger.open()
        fault = Fault(Kind.CUT, Direction.TO_CLIENT, 0)
        with closing(Proxy(origin.port, fault)) as proxy:
            with closing(Client(f"http://127.0.0.1:{proxy.port}", timeout_ms=8000)) as client:
                result = client.cancel(case_id)
            assert proxy.happened
        origin.wait_until_closed()
        yield Run(result, origin.ledger.truth(case_id))


def test_it_has_nothing_to_say_against_the_truth(run: Run) -> None:
    assert run.result["outcome"] == "canceled"
    assert run.result["evidence"] == "read_back"
    assert claims.complaints(run.result, run.truth) == []


@pytest.mark.parametrize(
    "outcome", ["not_sent", "failed", "refused", "not_found", "denied", "already_canceled", "ok", "invalid"]
)
def test_it_finds_a_false_outcome(run: Run, outcome: str) -> None:
    assert claims.complaints({**run.result, "outcome": outcome}, run.truth) != []
    if outcome != "already_canceled":
        forgiving = claims.complaints(
            {**run.result, "outcome": outcome}, run.truth, may_have_lost_a_request=True, status_forged=True
        )
        assert forgiving != []


def test_it_finds_a_request_that_was_kept_quiet(run: Run) -> None:
    quiet = [{**attempt, "sent": False} for attempt in run.result["attempts"]]
    for attempts in (quiet, []):
        result = {**run.result, "attempts": attempts}
        assert claims.complaints(result, run.truth, may_have_lost_a_request=True) != []


def test_it_finds_a_request_that_was_made_up(run: Run) -> None:
    result = {**run.result, "attempts": run.result["attempts"] + run.result["attempts"][:1]}
    assert claims.complaints(result, run.truth) != []
    assert claims.complaints(result, run.truth, may_have_lost_a_request=True) == []


def test_it_finds_a_ledger_that_says_otherwise(run: Run) -> None:
    assert claims.complaints(run.result, replace(run.truth, canceled=False)) != []
    assert claims.complaints(run.result, replace(run.truth, whole=0)) != []
    assert claims.complaints(run.result, replace(run.truth, whole=9), may_have_lost_a_request=True) != []


def test_it_lets_unknown_pass_either_way(run: Run) -> None:
    unknown = {**run.result, "outcome": "unknown", "settled": False, "case": None}
    for canceled in (True, False):
        assert claims.complaints(unknown, replace(run.truth, canceled=canceled)) == []


def test_it_knows_what_was_done_before(run: Run) -> None:
    before = replace(run.truth, was_canceled=True)
    # The lost request may have done it, for all that the call can know.
    assert claims.complaints(run.result, before) == []
    assert claims.complaints({**run.result, "outcome": "already_canceled"}, before) == []
    assert claims.complaints({**run.result, "outcome": "refused"}, before) != []
    assert claims.complaints({**run.result, "evidence": "response"}, before) != []
    refused = [{**attempt, "http_status": 422} for attempt in run.result["attempts"]]
    assert claims.complaints({**run.result, "attempts": refused}, before) != []


def test_it_finds_a_matter_that_was_closed_too_soon(run: Run) -> None:
    open_case = replace(run.truth, canceled=False)
    refused = {**run.result, "outcome": "refused", "settled": False, "case": None}
    assert claims.complaints(refused, open_case) == []
    assert claims.complaints({**refused, "settled": True}, open_case) != []
    started = replace(open_case, started=True)
    assert claims.complaints({**refused, "settled": True}, started) == []
    assert claims.complaints({**refused, "outcome": "failed", "settled": True}, started) != []


def test_false_claims_are_counted() -> None:
    claim_count = ClaimCount()
    claim_count.add([Verdict("one", "canceled"), Verdict("another", "failed", ("it was canceled",))])
    assert str(claim_count) == "wire: 2 offsets and odd answers, 1 false claims"
