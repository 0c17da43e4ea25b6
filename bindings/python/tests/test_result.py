"""Results, outcomes and exceptions as values."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sandbox import TOKEN, Sandbox, fixture_case

import kcase
from conftest import SETTLE_MS

SCHEMAS = Path(__file__).resolve().parents[2] / "schema"

EXCEPTIONS = {
    "refused": kcase.Refused,
    "not_found": kcase.NotFound,
    "denied": kcase.Denied,
    "failed": kcase.Failed,
    "not_sent": kcase.NotSent,
    "unknown": kcase.Unknown,
    "invalid": kcase.InvalidInput,
}


def made_up(**members: Any) -> kcase.Result:
    raw = {
        "case_id": "c-1",
        "outcome": "canceled",
        "settled": True,
        "retriable": False,
        "http_status": 200,
        "reason": None,
        "message": "Said.",
        "error": None,
        "evidence": "response",
        "environment": "stage",
        "tag": None,
        "elapsed_ms": 1,
        "attempts": [],
        "case": None,
    }
    return kcase.Result.from_json(json.dumps({**raw, **members}))


def test_the_fields_are_the_librarys() -> None:
    schema = json.loads((SCHEMAS / "result.schema.json").read_text())
    fields = {field.name for field in dataclasses.fields(kcase.Result)}
    # Of what only some operations find, what a program works with; all of it is in `raw`.
    some = {"cases", "listing", "services", "event", "verification"}
    assert some <= set(schema["properties"])
    assert fields == set(schema["required"]) | some | {"raw"}
    attempt = {field.name for field in dataclasses.fields(kcase.Attempt)}
    assert attempt == set(schema["$defs"]["attempt"]["required"])


def test_the_outcomes_are_the_librarys() -> None:
    schema = json.loads((SCHEMAS / "result.schema.json").read_text())
    assert [outcome.value for outcome in kcase.Outcome] == schema["properties"]["outcome"]["enum"]
    assert all(outcome.name == outcome.value.upper() for outcome in kcase.Outcome)
    assert f"{kcase.Outcome.NOT_SENT:>10}" == "  not_sent"
    assert json.dumps([kcase.Outcome.OK]) == '["ok"]'


def test_each_outcome_has_its_exception() -> None:
    good = {"ok", "canceled", "already_canceled"}
    assert {str(outcome) for outcome in kcase.Outcome} - good == EXCEPTIONS.keys()
    for name in good:
        result = made_up(outcome=name)
        assert result.raise_for_outcome() is result
    for name, kind in EXCEPTIONS.items():
        with pytest.raises(kind) as caught:
            made_up(outcome=name).raise_for_outcome()
        assert isinstance(caught.value, kcase.KCaseError)
        assert caught.value.result == made_up(outcome=name)
        assert "Said." in str(caught.value)


@dataclasses.dataclass(frozen=True)
class Told:
    """A cancel, and what the library says of it."""

    name: str
    outcome: str
    reason: str | None
    settled: bool
    retriable: bool
    case: int = 1
    fault: dict[str, Any] | None = None
    options: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def answer(status: int, form: str = "own") -> dict[str, Any]:
    return {"kind": "answer", "on": "cancel", "status": status, "form": form}


#: Of each outcome here there are results that differ in a flag.
TOLD = [
    Told("accepted", "canceled", None, settled=True, retriable=False),
    Told(
        "accepted for later",
        *("canceled", None),
        settled=False,
        retriable=False,
        fault=answer(202, "empty"),
        options={"confirm": "never"},
    ),
    Told("started", "refused", "already_started", settled=True, retriable=False, case=7),
    Told("unable", "refused", "unable", settled=False, retriable=False, case=10),
    Told("a conflict", "refused", "other", settled=False, retriable=True, fault=answer(409)),
    Told("a wrong request", "failed", "rejected", settled=False, retriable=False, fault=answer(405)),
    Told("busy", "failed", "busy", settled=False, retriable=True, fault=answer(429)),
    Told("a firewall", "failed", "blocked", settled=False, retriable=True, fault=answer(403, "block_page")),
    Told("the service's 404", "not_found", None, settled=True, retriable=False, case=99),
    Told(
        "a router's 404",
        *("failed", "not_the_service"),
        settled=False,
        retriable=True,
        fault={**answer(404, "router_page"), "on": "any"},
    ),
    Told(
        "a login page",
        "unknown",
        "contradictory",
        settled=False,
        retriable=True,
        fault=answer(200, "login_page"),
    ),
]


@pytest.mark.parametrize("told", TOLD, ids=str)
def test_flags_are_the_librarys_and_not_the_outcomes(
    client: kcase.Client, sandbox: Sandbox, told: Told
) -> None:
    if told.fault:
        sandbox.fault(**told.fault)
    case_id = fixture_case(told.case)
    result = client.cancel(case_id, **told.options)
    (one_of_many,) = client.cancel_many([case_id], **told.options)

    async def cancel() -> kcase.Result:
        async with kcase.AsyncClient(
            base_url=sandbox.url, token=TOKEN, max_attempts=2, backoff_max_ms=1, settle_ms=SETTLE_MS
        ) as async_client:
            return await async_client.cancel(case_id, **told.options)

    results = [result, kcase.Result.from_json(result.to_json())]
    if told.name != "accepted":
        results += [one_of_many, asyncio.run(cancel())]
    for found in results:
        assert (found.outcome, found.reason) == (told.outcome, told.reason)
        assert (found.settled, found.retriable) == (told.settled, told.retriable)
        assert (found.raw["settled"], found.raw["retriable"]) == (told.settled, told.retriable)


def test_flags_differ_where_outcomes_do_not() -> None:
    for outcome in ("canceled", "refused", "failed"):
        flags = {(told.settled, told.retriable) for told in TOLD if told.outcome == outcome}
        assert len(flags) > 1, outcome


@pytest.mark.parametrize("settled", [True, False])
@pytest.mark.parametrize("retriable", [True, False])
def test_flags_are_read_as_they_were_written(settled: bool, retriable: bool) -> None:
    for outcome in kcase.Outcome:
        result = made_up(outcome=str(outcome), settled=settled, retriable=retriable)
        assert (result.settled, result.retriable) == (settled, retriable)


def test_an_outcome_that_nobody_knows_is_unknown() -> None:
    result = made_up(outcome="abducted")
    assert result.outcome is kcase.Outcome.UNKNOWN
    assert result.raw["outcome"] == "abducted"
    with pytest.raises(kcase.Unknown):
        result.raise_for_outcome()


def test_a_result_cannot_be_changed(client: kcase.Client) -> None:
    result = client.cancel(fixture_case(1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.outcome = kcase.Outcome.FAILED  # type: ignore[misc]
    with pytest.raises(AttributeError):
        print(result.outcom)  # type: ignore[attr-defined]


@pytest.mark.parametrize("first", [field.name for field in dataclasses.fields(kcase.Result)])
def test_fields_may_be_read_in_any_order(client: kcase.Client, first: str) -> None:
    result = client.cancel(fixture_case(7), tag="t")
    value = getattr(result, first)
    assert value == getattr(kcase.Result.from_json(result.to_json()), first)


def test_a_result_outlives_its_client(client: kcase.Client) -> None:
    result = client.cancel(fixture_case(7))
    client.close()
    del client
    assert result.message == "Cannot cancel a case that has already started."
    assert result.attempts[-1].request == "read"


def test_a_result_can_be_copied_pickled_and_compared(client: kcase.Client) -> None:
    result = client.cancel(fixture_case(7))
    other = pickle.loads(pickle.dumps(result))
    assert other == result and hash(other) == hash(result)
    assert copy.deepcopy(result) is result
    assert dataclasses.asdict(other)["reason"] == "already_started"
    assert result != client.cancel(fixture_case(8))
    assert result != 7
    error = pickle.loads(pickle.dumps(kcase.Refused("said", result)))
    assert error.result == result and str(error) == "said"


def test_a_result_may_be_read_by_many_threads(client: kcase.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            results = [client.cancel(fixture_case(7))] * 8
            assert list(pool.map(lambda result: result.raw["reason"], results)) == ["already_started"] * 8


def test_is_canceled() -> None:
    assert made_up(outcome="already_canceled").is_canceled
    assert made_up(outcome="ok", case={"canceled": True}).is_canceled
    assert not made_up(outcome="ok", case={"canceled": False}).is_canceled
    assert not made_up(outcome="unknown").is_canceled


def test_its_repr_is_short_and_plain() -> None:
    result = made_up(outcome="refused", reason="unable", case={"firstName": "Jane"})
    assert repr(result) == "<kcase.Result c-1: refused (unable), evidence response: Said.>"


def test_results_and_attempts_are_dataclasses(client: kcase.Client) -> None:
    (attempt,) = client.cancel(fixture_case(1)).attempts
    assert dataclasses.is_dataclass(kcase.Attempt) and dataclasses.is_dataclass(kcase.Result)
    assert kcase.Attempt.__match_args__ == tuple(field.name for field in dataclasses.fields(attempt))
    assert pickle.loads(pickle.dumps(attempt)) == attempt == dataclasses.replace(attempt)
    assert dataclasses.replace(attempt, sent=False) != attempt
    assert repr(attempt).startswith("Attempt(request='cancel', at=datetime.datetime(")
    assert attempt.at.tzinfo is not None
    with pytest.raises(dataclasses.FrozenInstanceError):
        attempt.sent = False  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del attempt.sent
    with pytest.raises(TypeError):
        kcase.Attempt(request="cancel")  # type: ignore[call-arg]
