"""Journals: what was to be canceled and what came of it."""

from __future__ import annotations

import asyncio
import datetime
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sandbox import TOKEN, Sandbox, fixture_case, seeded_case

import kcase
from conftest import HERE

PROGRAM = """
import sys, kcase
client = kcase.Client(base_url=sys.argv[1], token="sandbox-token", journal=sys.argv[2])
print("ready", flush=True)
for result in client.cancel_many(sys.argv[3:]): print(result.case_id, flush=True)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


def client_of(sandbox: Sandbox, journal: Path) -> kcase.Client:
    return kcase.Client(base_url=sandbox.url, token=TOKEN, journal=journal, settle_ms=20, backoff_base_ms=1)


def killed_in_the_middle(sandbox: Sandbox, journal: Path, cases: list[str]) -> None:
    """A process that dies while its cases are under way. Their requests have arrived."""
    sandbox.fault(kind="hang", on="cancel", times=len(cases))
    command = [sys.executable, "-c", PROGRAM, sandbox.url, str(journal), *cases]
    program = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(HERE / "src")}, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    deadline = time.monotonic() + 10
    while sandbox.totals()["cancel_requests"] < len(cases) and time.monotonic() < deadline:
        time.sleep(0.02)
    program.send_signal(signal.SIGKILL)
    program.communicate()


def test_each_cancel_is_kept(sandbox: Sandbox, journal: Path) -> None:
    with client_of(sandbox, journal) as client:
        result = client.cancel(seeded_case(1), tag="one", intent_key="job 1")
        assert result.journaled is True and result.journal_error is None
        assert client.status(seeded_case(1)).journaled is None
        assert client.cancel(seeded_case(1), use_journal=True).evidence == "journal"
        list(client.cancel_many([(seeded_case(2), "two")], use_journal=True))
        with pytest.raises(kcase.InvalidInput, match="intent_key"):
            client.cancel(seeded_case(3), intent_key="job 1")
    records = list(kcase.history(journal, limit=1))
    assert [(record["case_id"], record["tag"], record["outcome"]) for record in records][::2] == [
        (seeded_case(1), "one", "canceled"),
        (seeded_case(2), "two", "canceled"),
    ] or len(records) == 2
    assert [record["tag"] for record in kcase.history(journal, case_id=seeded_case(2))] == ["two"]
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    assert list(kcase.history(journal, since=tomorrow)) == []
    with pytest.raises(ValueError, match="time zone"):
        list(kcase.history(journal, since=datetime.datetime(2026, 1, 1)))
    with pytest.raises(kcase.Failed):
        list(kcase.history(journal.with_name("other.db")))


@pytest.mark.parametrize("is_async", [False, True], ids=["threads", "asyncio"])
def test_what_a_killed_process_left_is_finished(sandbox: Sandbox, journal: Path, is_async: bool) -> None:
    cases = [seeded_case(number) for number in range(1, 6)]
    killed_in_the_middle(sandbox, journal, cases)
    assert {record["state"] for record in kcase.history(journal, outcome="unfinished")} == {"unfinished"}
    with client_of(sandbox, journal) as client:
        looked_at = list(client.resume(mode="verify"))
        assert sorted(str(result.case_id) for result in looked_at) == cases

        async def resume() -> list[kcase.Result]:
            config = {"base_url": sandbox.url, "token": TOKEN, "journal": str(journal), "settle_ms": 20}
            async with kcase.AsyncClient.from_config(config) as other:
                return [result async for result in other.resume()]

        results = asyncio.run(resume()) if is_async else list(client.resume())
        assert sorted(str(result.case_id) for result in results) == cases
        assert all(result.is_canceled for result in results)
        assert list(client.resume()) == []
    assert all(sandbox.row(case)["canceled"] for case in cases)
    assert {record["state"] for record in kcase.history(journal)} == {"finished"}


def test_a_resumption_that_is_never_iterated_warns(sandbox: Sandbox, journal: Path) -> None:
    with client_of(sandbox, journal) as client, pytest.warns(RuntimeWarning, match="never iterated"):
        client.resume()
    with kcase.Client(base_url=sandbox.url, token=TOKEN) as client, pytest.raises(kcase.InvalidInput):
        client.resume()


def test_its_trail(sandbox: Sandbox, journal: Path) -> None:
    with client_of(sandbox, journal) as client:
        client.cancel(fixture_case(1))
        head = kcase.journal_head(journal)
        client.cancel(fixture_case(2))
    verified = kcase.journal_verify(journal, head)
    assert verified.outcome == "ok" and verified.verification is not None
    assert verified.verification["expected_head"] == "matches"
    other = {**head, "hash": "0" * 64}
    differs = kcase.journal_verify(journal, other)
    assert differs.outcome == "failed" and differs.verification is not None
    assert differs.verification["expected_head"] == "differs"
    with pytest.raises(kcase.InvalidInput):
        kcase.journal_verify(journal, {"count": "many"})
    assert kcase.journal_prune(journal, before="2001-01-01") == 0
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    assert kcase.journal_prune(journal, before=tomorrow) > 0
    assert list(kcase.history(journal)) == []


def test_the_environment_names_it(sandbox: Sandbox, journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KCASE_JOURNAL", str(journal))
    monkeypatch.setenv("KCASE_JOURNAL_ON_NETWORK_FS", "true")
    with kcase.Client.from_env(base_url=sandbox.url, token=TOKEN) as client:
        assert client.cancel(seeded_case(1)).journaled
    monkeypatch.setenv("KCASE_JOURNAL_ON_NETWORK_FS", "maybe")
    with pytest.raises(kcase.InvalidInput, match="KCASE_JOURNAL_ON_NETWORK_FS: must be true or false"):
        kcase.Client.from_env(base_url=sandbox.url, token=TOKEN)
