"""A case that is found and then canceled is in the journal as one that is canceled by its id."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path
from typing import Any

from library import client, history, library, take, whole_history
from sandbox import Sandbox, seeded_case

library.kcase_cancel_found.restype = ctypes.c_void_p
library.kcase_cancel_found.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]


def cancel_found(made: int, filter_: dict[str, Any], **options: object) -> dict[str, Any]:
    texts = [json.dumps(value).encode() for value in (filter_, options)]
    return take(library, library.kcase_cancel_found(made, *texts))


def code(number: int) -> dict[str, Any]:
    return {"api_tracking_code": f"sandbox-{number:012}"}


def test_its_intent_and_its_outcome_are_written(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        result = cancel_found(made, code(21), tag="row 7", intent_key="job 1")
        again = cancel_found(made, code(21), intent_key="job 1")
    assert (result["outcome"], result["journaled"]) == ("canceled", True)
    # The case is read first, and what is canceled is no wish any more.
    assert (again["outcome"], again["journaled"]) == ("already_canceled", None)
    [record] = whole_history(journal)
    assert (record["case_id"], record["tag"], record["intent_key"]) == (seeded_case(21), "row 7", "job 1")
    assert (record["state"], record["outcome"]) == ("finished", "canceled")
    assert record["result"]["attempts"] == [one for one in result["attempts"] if one["request"] == "cancel"]


def test_without_a_journal_that_can_be_written_nothing_is_sent(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        assert cancel_found(made, code(22))["outcome"] == "canceled"
        journal.write_bytes(b"no journal " * 1000)
        result = cancel_found(made, code(23))
    assert (result["outcome"], result["reason"], result["retriable"]) == ("not_sent", "journal", True)
    assert all(one["request"] != "cancel" for one in result["attempts"])
    assert sandbox.totals()["cancel_requests"] == 1


def test_a_key_is_not_for_several_cases(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        result = cancel_found(made, {**code(24), "all": True, "expected": 1}, intent_key="job 2")
        assert (result["outcome"], result["attempts"]) == ("invalid", [])
        assert "intent_key" in result["message"]
    assert history(journal)["records"] == []
