"""kcase.testing, as the tests of other programs use it."""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

import kcase
from kcase import testing
from kcase._types import Reason

HERE = Path(__file__).resolve().parents[1]
SCHEMA = json.loads((HERE.parent / "schema" / "result.schema.json").read_text())
ROWS = json.loads((HERE.parents[1] / "Tests" / "Table" / "cases.json").read_text())


@pytest.mark.parametrize("outcome", [outcome.value for outcome in kcase.Outcome])
def test_a_result_that_is_made_up_is_one_that_the_library_could_give(outcome: str) -> None:
    result = testing.result(outcome)
    raw = {key: value for key, value in result.raw.items() if key in SCHEMA["properties"]}
    jsonschema.validate(raw, SCHEMA)
    assert result.outcome == outcome


def pairs() -> set[tuple[str, Reason]]:
    expected = (row["expect"] for row in ROWS)
    return {(one["outcome"], one["reason"]) for one in expected if one["reason"] is not None}


@pytest.mark.parametrize(("outcome", "reason"), sorted(pairs()))
def test_with_a_reason_it_has_the_flags_that_the_library_gives(outcome: str, reason: Reason) -> None:
    result = testing.result(outcome, reason)
    rows = [row["expect"] for row in ROWS]
    same = [row for row in rows if (row["outcome"], row["reason"]) == (outcome, reason)]
    flags = (result.settled, result.retriable, result.evidence)
    assert flags in {(row["settled"], row["retriable"], row["evidence"]) for row in same}


def test_members_can_be_given() -> None:
    result = testing.result("failed", "busy", case_id="c-1", tag="t", retry_after_ms=2500)
    assert (result.case_id, result.tag, result.retry_after, result.http_status) == ("c-1", "t", 2.5, 429)
    with pytest.raises(TypeError, match="casee_id"):
        testing.result("failed", casee_id="c-1")
    with pytest.raises(ValueError, match="abducted"):
        testing.result("abducted")


def test_errors_that_are_retriable() -> None:
    for outcome, is_retriable in (("failed", True), ("unknown", True), ("not_sent", True), ("denied", False)):
        with pytest.raises(kcase.KCaseError) as caught:
            testing.result(outcome, retry_after_ms=1500).raise_for_outcome()
        error = caught.value
        assert (error.retriable, isinstance(error, kcase.Retriable)) == (is_retriable, is_retriable)
        assert error.retry_after == 1.5
        assert type(error).__name__ == outcome.title().replace("_", "")
        again = pickle.loads(pickle.dumps(error))
        assert isinstance(again, kcase.Retriable) == is_retriable
        assert again.result == error.result and str(again) == str(error)
    with pytest.raises(kcase.Retriable):
        testing.result("refused", retriable=True, http_status=409).raise_for_outcome()
    assert kcase.Closed("closed").retriable is False and kcase.Closed("closed").retry_after is None
    assert not issubclass(kcase.Failed, kcase.Retriable)
    # What some task queues keep of an exception is its class and its arguments.
    assert kcase.Failed("said").args == ("said",)


def test_a_result_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="is_canceled"):
        bool(testing.result("canceled"))
    with pytest.raises(TypeError):
        assert testing.result("canceled")


def test_a_fake_client(kcase_client: testing.FakeClient) -> None:
    assert isinstance(kcase_client, kcase.Client)
    assert kcase_client.status("c-1").case == {"canceled": False}
    assert kcase_client.cancel("c-1", tag="t", timeout=3).tag == "t"
    assert kcase_client.status("c-1").is_canceled
    assert kcase_client.cancel("c-1").outcome == "already_canceled"
    assert kcase_client.check().outcome == "ok"
    assert kcase_client.ledger.canceled == ["c-1"]
    assert [call.operation for call in kcase_client.ledger.of("c-1")] == [
        "status",
        "cancel",
        "status",
        "cancel",
    ]
    assert kcase_client.ledger.of("c-1")[1].options == {"tag": "t", "timeout": 3}
    with pytest.raises(TypeError, match="tagg"):
        kcase_client.cancel("c-1", tagg="t")  # type: ignore[call-arg]
    with kcase_client:
        pass
    with pytest.raises(kcase.Closed):
        kcase_client.cancel("c-1")


def test_a_fake_client_says_what_it_is_told_to() -> None:
    told: list[kcase.Result] = []
    client = testing.FakeClient(
        {
            "a": [("failed", "busy"), ("unknown", "deadline"), "canceled"],
            "b": testing.result("refused", "already_started", message="Started."),
            "c": lambda case_id: ("denied", "forbidden"),
        },
        default="not_found",
        on_result=told.append,
    )
    found = [client.cancel("a") for _ in range(4)]
    assert [str(result.outcome) for result in found] == ["failed", "unknown", "canceled", "already_canceled"]
    assert client.cancel("b").message == "Started."
    with pytest.raises(kcase.Denied):
        client.cancel("c", check=True)
    assert client.status("d").outcome == client.cancel("d").outcome == "not_found"
    assert client.cancel("").outcome == "invalid"
    assert len(told) == 9


PAIRS = [(kcase.Client, testing.FakeClient), (kcase.AsyncClient, testing.AsyncFakeClient)]


@pytest.mark.parametrize(("real", "fake"), PAIRS)
def test_a_fake_client_has_what_a_client_has(real: Any, fake: Any) -> None:
    names = [name for name in dir(real) if not name.startswith("_") and callable(getattr(real, name))]
    assert {"cancel", "status", "list", "cancel_found", "resume", "wait_until"} <= set(names)
    for name in names:
        assert inspect.signature(getattr(fake, name)) == inspect.signature(getattr(real, name)), name


def test_the_list_of_a_fake_client() -> None:
    cases: dict[str, dict[str, Any]] = {
        "a": {"api_tracking_code": "7"}, "b": {"candidate_email": "x@example.com"},
        "c": {"candidate_email": "x@example.com"}, "d": {"archived": True, "api_tracking_code": "7"},
    }  # fmt: skip
    client = testing.FakeClient(cases=cases)
    assert client.list(limit=2).listing == {"seen": 4, "found": 3, "truncated": True}
    assert client.list(api_tracking_code="7").cases == [{"id": "a", "canceled": False}]
    assert client.cancel_found(api_tracking_code="none").outcome == "not_found"
    assert client.cancel_found(candidate_email="x@example.com").reason == "ambiguous"
    assert client.ledger.canceled == []
    found = client.cancel_found(api_tracking_code="7", tag="t")
    assert (found.case_id, found.tag, found.outcome) == ("a", "t", "canceled")
    several = client.cancel_found(candidate_email="x@example.com", all=True, expected=2)
    assert several.cases is not None and [one["id"] for one in several.cases] == ["b", "c"]
    assert client.ledger.canceled == ["a", "b", "c"]
    with client.listing() as listing:
        assert [one.case for one in listing] == [{"id": id, "canceled": True} for id in ("a", "b", "c")]
        assert listing.result is not None and listing.result.outcome == "ok"
    assert client.list(cancelable="likely").cases == []


def test_the_other_calls_of_a_fake_client(kcase_client: testing.FakeClient) -> None:
    client = testing.FakeClient({"s-2": ("refused", "unable"), "q": "unknown"})
    found = client.cancel_services("c", ["s-1", "s-2"])
    assert found.services is not None and found.outcome == "refused" and found.case_id == "c"
    assert [one["outcome"] for one in found.services] == ["canceled", "refused"]
    assert client.cancel_services("c", ["s-1"]).outcome == "already_canceled"
    with pytest.raises(kcase.Unknown):
        client.cancel_search("d", "q", check=True)
    assert client.ledger.canceled == []
    assert client.wait_until("c", "canceled").reason == "deadline"
    client.cancel("c")
    assert client.wait_until("c", "canceled").outcome == "ok"
    assert list(client.resume()) == []
    names = [call.operation for call in client.ledger.calls]
    assert names == ["cancel_services"] * 2 + ["cancel_search", "wait_until", "cancel", "wait_until"]
    client.close()
    with pytest.raises(kcase.Closed):
        client.list()


def test_the_other_calls_of_a_fake_client_for_asyncio() -> None:
    async def main() -> None:
        client = testing.AsyncFakeClient(cases={"a": {"api_tracking_code": "7"}})
        assert (await client.cancel_found(api_tracking_code="7")).is_canceled
        assert [one.case_id async for one in client.listing()] == ["a"]
        assert (await client.wait_until("a", "canceled")).outcome == "ok"
        assert [one async for one in client.resume()] == []

    asyncio.run(main())


def test_many_of_a_fake_client(kcase_client: testing.FakeClient) -> None:
    with kcase_client.cancel_many([("a", "1"), "b", "a"], max_in_flight=3) as results:
        assert [(result.case_id, result.tag) for result in results] == [("a", "1"), ("b", None), ("a", None)]
    assert results.stats["outcomes"] == {"canceled": 2, "already_canceled": 1}
    with pytest.raises(TypeError, match="case 2 of cases"):
        list(kcase_client.cancel_many(["a", ["b", "c"]]))  # type: ignore[list-item]
    with pytest.raises(TypeError):
        kcase_client.cancel_many("abc")
    with pytest.warns(RuntimeWarning):
        kcase_client.cancel_many(["a"])


def test_a_fake_client_for_asyncio(kcase_async_client: testing.AsyncFakeClient) -> None:
    async def cases() -> AsyncIterator[str]:
        yield "c"
        yield "d"

    async def main() -> None:
        async with kcase_async_client as client:
            assert (await client.cancel("a")).is_canceled and (await client.status("a")).is_canceled
            assert (await client.check()).outcome == "ok"
            assert [result.case_id async for result in client.cancel_many(["a", "b"])] == ["a", "b"]
            assert [result.case_id async for result in client.cancel_many(cases())] == ["c", "d"]
        with pytest.raises(kcase.Closed):
            await client.cancel("a")

    asyncio.run(main())
    assert kcase_async_client.ledger.canceled == ["a", "b", "c", "d"]


def test_it_stands_in_for_the_client_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kcase, "Client", testing.FakeClient)
    with kcase.Client.from_env() as client:
        assert client.cancel("a").is_canceled


def test_where_the_library_cannot_be_loaded() -> None:
    """As on a developer's Mac."""
    code = (
        "import kcase\n"
        "from kcase import testing\n"
        "client = testing.FakeClient()\n"
        "assert client.cancel('a').is_canceled\n"
        "assert [r.outcome for r in client.cancel_many(['a'])] == ['already_canceled']\n"
        "copy = kcase.Result.from_json(client.cancel('b').to_json())\n"
        "assert copy.outcome is kcase.Outcome.CANCELED\n"
        "try:\n    kcase.Client(environment='stage', token='t')\n"
        "except kcase.LibraryError as error:\n    print('told:', error)\n"
    )
    environment = {**os.environ, "KCASE_LIBRARY": "/nowhere/libkcase.so.1", "PYTHONPATH": str(HERE / "src")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("told: kcase: /nowhere/libkcase.so.1 cannot be loaded"), done.stderr
    assert done.stderr == ""


def test_the_outcomes_without_a_library_are_the_librarys() -> None:
    from kcase import _outcome

    assert _outcome._KNOWN == {number: str(outcome) for number, outcome in _outcome.BY_NUMBER.items()}


def test_a_sandbox(kcase_sandbox: testing.Sandbox) -> None:
    case = kcase_sandbox.case(1)
    kcase_sandbox.fault(kind="status", status=503, on="cancel", times=1)
    with kcase_sandbox.client(on_result=None) as client:
        assert client.cancel(case).is_canceled
    assert kcase_sandbox.ledger(case)["cancel_requests"] == 2
    assert kcase_sandbox.ledger()["totals"]["cancel_requests"] == 2

    async def main() -> kcase.Result:
        async with kcase_sandbox.async_client() as other:
            return await other.cancel(kcase_sandbox.fixture_case(7))

    assert asyncio.run(main()).reason == "already_started"


def test_a_sandbox_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KCASE_SANDBOX")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="kcase-sandbox"):
        testing.Sandbox()


NOT_HERE: list[dict[str, Any]] = [
    {"environment": "stage"},
    {"base_url": "https://example.com"},
    {"base_url": "https://127.0.0.1@example.com"},
    {"base_url": "https://127.0.0.1.example.com"},
    {"base_url": "https://localhost.example.com/"},
    {"base_url": "https://127.0.0.1", "proxy": "http://example.com:8080"},
    {"base_url": "https://127.0.0.1", "proxy": "environment"},
]
HERE_ONLY = ["http://127.0.0.1:1", "https://localhost", "http://[::1]:8/path", "https://127.9.9.9:65535/"]


@pytest.mark.parametrize("config", NOT_HERE, ids=str)
def test_the_network_can_be_forbidden(config: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with testing.forbid_network(), pytest.raises(testing.NetworkForbidden, match="loopback"):
        kcase.Client(token="t", **config)
    monkeypatch.setenv("KCASE_FORBID_NETWORK", "1")
    with pytest.raises(testing.NetworkForbidden):
        kcase.AsyncClient(token="t", **config)
    monkeypatch.setenv("KCASE_FORBID_NETWORK", "0")


@pytest.mark.parametrize("base_url", HERE_ONLY)
def test_what_stays_here_is_allowed(base_url: str, kcase_no_network: None) -> None:
    kcase.Client(base_url=base_url, token="t").close()


def test_clients_that_were_there_before(monkeypatch: pytest.MonkeyPatch) -> None:
    client = kcase.Client(base_url="https://kcase.invalid", token="t", timeout=1)
    other = kcase.AsyncClient(base_url="https://kcase.invalid", token="t", timeout=1)
    with testing.forbid_network():
        for call in (
            lambda: client.cancel("a"),
            lambda: client.status("a"),
            client.check,
            lambda: client.cancel_many(["a"]),
            lambda: asyncio.run(other.cancel("a")),
            lambda: asyncio.run(other.check()),
        ):
            with pytest.raises(testing.NetworkForbidden):
                call()
    client.close()
