"""Cancels of parts of a case: services, and searches. The journal knows them by the case and the ids."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from library import (
    cancel,
    client,
    head,
    history,
    library,
    resume,
    take,
    verify,
    whole_history,
)
from sandbox import Sandbox, fixture_case

CASE = fixture_case(1)
DATA = f"{CASE}.service-employment"
SERVICES = ["service-employment", "service-education"]
SCREENING = "30bc2c03-c8dd-409a-8da6-e0070ea6a681"


def cancel_services(made: int, ids: list[str], **options: object) -> dict[str, Any]:
    texts = [CASE.encode(), json.dumps(ids).encode(), json.dumps(options).encode()]
    return take(library, library.kcase_cancel_services(made, *texts))


def cancel_search(made: int, search: str, **options: object) -> dict[str, Any]:
    texts = [DATA.encode(), search.encode(), json.dumps(options).encode()]
    return take(library, library.kcase_cancel_search(made, *texts))


def outcomes(result: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in result["services"]]


def test_services_are_journaled(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        result = cancel_services(made, SERVICES, tag="row 7")
        assert (result["outcome"], result["journaled"]) == ("canceled", True)
        search = cancel_search(made, "search-1")
        assert (search["outcome"], search["journaled"]) == ("canceled", True)
        # The case itself is another wish.
        assert cancel(made, CASE, use_journal=True)["outcome"] == "canceled"
    records = whole_history(journal)
    assert [(one["case_id"], one["part"], one["outcome"]) for one in records] == [
        (CASE, {"service_ids": SERVICES, "service_type_id": SCREENING}, "canceled"),
        (DATA, {"search_id": "search-1"}, "canceled"),
        (CASE, None, "canceled"),
    ]
    assert records[0]["tag"] == "row 7"
    assert records[0]["result"]["services"] == result["services"]
    assert records[0]["result"]["attempts"] == result["attempts"]
    assert len(whole_history(journal, case_id=CASE)) == 2
    assert verify(journal, head(journal))["outcome"] == "ok"


def test_without_a_journal_that_can_be_written_nothing_is_sent(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        cancel_services(made, SERVICES[:1])
        before = sandbox.totals()["requests"]
        journal.write_bytes(b"no journal " * 1000)
        result = cancel_services(made, SERVICES)
        search = cancel_search(made, "search-1")
    assert (result["outcome"], result["reason"]) == ("not_sent", "journal")
    assert outcomes(result) == ["not_sent"] * 2
    assert (search["outcome"], search["reason"]) == ("not_sent", "journal")
    assert sandbox.totals()["requests"] == before


def leave(sandbox: Sandbox, journal: Path, on: str, effect: str) -> None:
    """An unfinished intent, of a process that is killed as its request hangs."""
    sandbox.fault(kind="hang", on=on, times=1, effect=effect)
    child = os.fork()
    if child == 0:
        with client(sandbox.url, journal) as made:
            cancel_services(made, SERVICES) if on == "cancel_services" else cancel_search(made, "search-1")
        os._exit(1)
    until = time.monotonic() + 20
    while not any(one["state"] == "in_progress" for one in records_of(journal)):
        assert time.monotonic() < until
        time.sleep(0.01)
    # The request leaves within moments of the intent.
    time.sleep(0.3)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert [one["state"] for one in whole_history(journal)] == ["unfinished"]


def records_of(journal: Path) -> list[dict[str, Any]]:
    return history(journal).get("records", [])


def test_services_that_were_left_are_read_and_finished(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, "cancel_services", "none")
    with client(sandbox.url, journal) as made:
        [result] = resume(made)
    assert (result["outcome"], result["case_id"], outcomes(result)) == ("canceled", CASE, ["canceled"] * 2)
    assert [one["request"] for one in result["attempts"]][:2] == ["read_services", "cancel_services"]
    [record] = whole_history(journal)
    assert (record["state"], record["outcome"], record["epoch"]) == ("finished", "canceled", 2)


def test_services_that_were_canceled_are_read_back(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, "cancel_services", "before")
    with client(sandbox.url, journal) as made:
        [result] = resume(made)
        assert resume(made) == []
    assert (result["outcome"], result["evidence"]) == ("already_canceled", "read_back")
    assert result["journaled"] is True
    assert [one["request"] for one in result["attempts"]] == ["read_services"]


def test_a_search_that_was_left_is_asked_for_again(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, "cancel_search", "before")
    with client(sandbox.url, journal) as made:
        [result] = resume(made)
    assert (result["outcome"], result["search_id"], result["journaled"]) == ("canceled", "search-1", True)


def test_a_refusal_does_not_tell_what_the_first_request_did(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, "cancel_search", "before")
    sandbox.fault(kind="status", status=422, on="cancel_search")
    with client(sandbox.url, journal) as made:
        [result] = resume(made)
    assert (result["outcome"], result["evidence"], result["reason"]) == ("unknown", "none", "unconfirmed")


def test_verifying_sends_nothing_and_leaves_it(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, "cancel_services", "none")
    before = sandbox.totals()["requests"]
    with client(sandbox.url, journal) as made:
        [result] = resume(made, mode="verify")
        assert (result["outcome"], result["reason"], result["journaled"]) == ("unknown", "unconfirmed", False)
        assert outcomes(result) == ["unknown"] * 2
        assert sandbox.totals()["requests"] == before
        assert [one["state"] for one in whole_history(journal)] == ["unfinished"]
        assert [one["outcome"] for one in resume(made)] == ["canceled"]


def test_the_next_call_takes_it_over(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, "cancel_services", "before")
    with client(sandbox.url, journal) as made:
        # Other services are another wish.
        assert cancel_services(made, SERVICES[:1])["outcome"] == "already_canceled"
        assert cancel_services(made, SERVICES)["outcome"] == "already_canceled"
    assert [(one["epoch"], one["outcome"]) for one in whole_history(journal)] == [
        (2, "already_canceled"),
        (1, "already_canceled"),
    ]


@pytest.mark.parametrize("part", ["no JSON", "{}", '{"search_id": ""}', '{"service_ids": [7]}', "[]"])
def test_a_part_that_is_damaged_is_told_and_left(sandbox: Sandbox, journal: Path, part: str):
    leave(sandbox, journal, "cancel_services", "none")
    with sqlite3.connect(journal) as database:
        database.execute("UPDATE intent SET part = ?", (part,))
    database.close()
    before = sandbox.totals()["requests"]
    with client(sandbox.url, journal) as made:
        [result] = resume(made)
    assert (result["outcome"], result["case_id"]) == ("invalid", CASE)
    assert sandbox.totals()["requests"] == before
    assert verify(journal)["outcome"] == "failed"


def test_a_journal_of_the_first_version_is_brought_up_to_date(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        cancel(made, fixture_case(2))
    with sqlite3.connect(journal) as database:
        database.execute("ALTER TABLE intent DROP COLUMN part")
        database.execute("PRAGMA user_version = 1")
    database.close()
    kept = head(journal)
    with client(sandbox.url, journal) as made:
        assert cancel_services(made, SERVICES)["journaled"]
    assert [one["part"] is None for one in whole_history(journal)] == [True, False]
    assert verify(journal, kept)["outcome"] == "ok"
    with sqlite3.connect(journal) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_file_that_a_newer_version_changes_is_left_alone(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        assert cancel(made, fixture_case(2))["journaled"]
        with sqlite3.connect(journal) as database:
            database.execute("PRAGMA user_version = 3")
        result = cancel(made, fixture_case(3))
    assert (result["outcome"], result["reason"]) == ("not_sent", "journal")
    assert "newer version" in result["message"]
