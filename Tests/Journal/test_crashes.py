"""Processes that die, and what others make of what they left."""

from __future__ import annotations

import ctypes
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from crashes import Trial, Worker
from kcase_library import take
from library import cancel, cancel_all, client, library, resume, verify, whole_history
from sandbox import Sandbox, seeded_case

# As many requests as the client has connections hang; then the service answers again.
HANGING = 8


def test_nothing_is_lost_by_processes_that_are_killed(tmp_path: Path):
    with closing(Sandbox("--cases", "240", "--latency-ms", "2")) as sandbox:
        trial = Trial(sandbox, tmp_path / "cancels.journal", 240, seed=7)
        trial.run(12)
    assert trial.killed >= 6


@contextmanager
def hanging(sandbox: Sandbox, journal: Path, count: int, *, effect: str) -> Iterator[Worker]:
    """A process whose first requests hang, whether or not they take effect."""
    sandbox.fault(kind="hang", on="cancel", times=min(count, HANGING), effect=effect)
    worker = Worker(sandbox.url, journal, "cancel", 1, count)
    until = time.monotonic() + 20
    while sandbox.totals()["cancel_requests"] < min(count, HANGING):
        assert time.monotonic() < until
        time.sleep(0.01)
    try:
        yield worker
    finally:
        worker.kill_after(0)
        worker.told()


def leave(sandbox: Sandbox, journal: Path, count: int, *, effect: str) -> None:
    """Unfinished intents: the process was killed."""
    with hanging(sandbox, journal, count, effect=effect):
        pass


def states(journal: Path) -> list[str]:
    return [record["state"] for record in whole_history(journal)]


def outcomes(results: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return sorted({(one["outcome"], one["evidence"], one["journaled"]) for one in results})


def test_what_took_effect_is_found_out(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, 8, effect="before")
    assert states(journal) == ["unfinished"] * 8
    with client(sandbox.url, journal) as made:
        results = resume(made)
        assert resume(made) == []
    assert len(results) == 8
    assert outcomes(results) == [("already_canceled", "read_back", True)]
    assert sandbox.totals()["cancel_requests"] == 8
    assert states(journal) == ["finished"] * 8
    assert {record["epoch"] for record in whole_history(journal)} == {2}
    assert verify(journal)["outcome"] == "ok"


def test_what_did_not_take_effect_is_done(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, 30, effect="none")
    with client(sandbox.url, journal) as made:
        results = resume(made, max_in_flight=4)
    assert len(results) == 30
    assert outcomes(results) == [("canceled", "response", True)]
    assert sandbox.totals()["cancel_requests"] == 38


def test_verifying_sends_nothing(sandbox: Sandbox, journal: Path):
    leave(sandbox, journal, 6, effect="none")
    with client(sandbox.url, journal) as made:
        assert outcomes(resume(made, mode="verify")) == [("ok", "response", False)]
        assert states(journal) == ["unfinished"] * 6
        with client(sandbox.url, None) as other:
            assert cancel(other, seeded_case(3))["outcome"] == "canceled"
        results = resume(made, mode="verify")
    assert sorted(one["outcome"] for one in results) == ["already_canceled"] + ["ok"] * 5
    assert sorted(states(journal)) == ["finished"] + ["unfinished"] * 5
    assert sandbox.totals()["cancel_requests"] == 7


def test_what_somebody_works_on_is_left_to_him(sandbox: Sandbox, journal: Path):
    with hanging(sandbox, journal, 4, effect="none"), client(sandbox.url, journal) as made:
        assert states(journal) == ["in_progress"] * 4
        assert resume(made) == []
        result = cancel(made, seeded_case(1), timeout_ms=300)
        [batched] = cancel_one_in_batch(made, seeded_case(2))
    for one in (result, batched):
        assert (one["outcome"], one["reason"], one["attempts"]) == ("unknown", "in_progress", [])
        assert one["journaled"] is None
    assert sandbox.totals()["cancel_requests"] == 4
    with client(sandbox.url, journal) as made:
        result = cancel(made, seeded_case(1))
        assert (result["outcome"], result["journaled"]) == ("canceled", True)
        assert len(resume(made)) == 3


def cancel_one_in_batch(made: int, case: str) -> list[dict[str, object]]:
    error = ctypes.c_void_p()
    batch = library.kcase_batch_new(made, None, ctypes.byref(error))
    library.kcase_batch_add(batch, case.encode(), b'{"timeout_ms": 300}')
    result = library.kcase_batch_next(batch, 5000)
    assert library.kcase_batch_pending(batch) == 0
    library.kcase_batch_free(batch)
    return [take(library, result)]


def test_who_waits_hears_what_the_first_found(sandbox: Sandbox, journal: Path):
    sandbox.fault(kind="slow", on="cancel", delay_ms=400, times=1)
    worker = Worker(sandbox.url, journal, "cancel", 1, 1)
    while sandbox.totals()["cancel_requests"] < 1:
        time.sleep(0.01)
    with client(sandbox.url, journal) as made:
        result = cancel(made, seeded_case(1))
    assert (result["outcome"], result["evidence"], result["attempts"]) == ("already_canceled", "journal", [])
    assert [one["outcome"] for one in worker.expect_success()] == ["canceled"]
    assert sandbox.totals()["cancel_requests"] == 1


def test_a_job_that_is_delivered_again_joins_its_own_intent(sandbox: Sandbox, journal: Path):
    sandbox.fault(kind="slow", on="cancel", delay_ms=400, times=1)
    results = []
    with client(sandbox.url, journal) as one, client(sandbox.url, journal) as other:
        threads = [
            threading.Thread(
                target=lambda made=made: results.append(cancel(made, seeded_case(1), intent_key="j"))
            )
            for made in (one, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(one["outcome"] for one in results) == ["already_canceled", "canceled"]
    assert len(whole_history(journal)) == 1


@pytest.mark.parametrize("token", ["wrong", "sandbox-token"])
def test_a_resume_that_can_do_nothing_finishes_nothing(journal: Path, token: str):
    with closing(Sandbox("--cases", "10")) as sandbox:
        leave(sandbox, journal, 5, effect="none")
        if token != "wrong":
            sandbox.close()
        with client(sandbox.url, journal, token=token, timeout_ms=2000) as made:
            results = resume(made)
        assert {(one["outcome"], one["journaled"]) for one in results} == {
            ("denied" if token == "wrong" else "unknown", False)
        }
        assert states(journal) == ["unfinished"] * 5


@pytest.mark.parametrize(
    "damage",
    [
        "case_id = 'no id at all'",
        "case_id = x'00FF'",
        "case_id = ''",
        "owner = 9223372036854775807",
        "owner = -5",
        "owner = 'nobody'",
        "epoch = 9223372036854775807",
        "tag = x'FFFE00'",
        "at = -9223372036854775808",
    ],
)
def test_one_damaged_record_keeps_no_other_from_being_resumed(sandbox: Sandbox, journal: Path, damage: str):
    leave(sandbox, journal, 6, effect="none")
    with sqlite3.connect(journal) as database:
        database.execute(f"UPDATE intent SET {damage} WHERE case_id = ?", (seeded_case(3),))
    database.close()
    with client(sandbox.url, journal) as made:
        results = resume(made)
    assert len(results) == 6
    others = [one for one in results if one["case_id"] != seeded_case(3)]
    if damage.startswith("case_id"):
        [told] = [one for one in others if one["outcome"] == "invalid"]
        assert "case_id" in told["message"]
        others.remove(told)
    assert {one["case_id"] for one in others} == {seeded_case(number) for number in (1, 2, 4, 5, 6)}
    assert outcomes(others) == [("canceled", "response", True)]


def test_a_batch_that_is_freed_leaves_its_intents(sandbox: Sandbox, journal: Path):
    sandbox.fault(kind="hang", on="cancel", times=4)
    with client(sandbox.url, journal) as made:
        batch = library.kcase_batch_new(made, None, None)
        for number in range(1, 5):
            library.kcase_batch_add(batch, seeded_case(number).encode(), None)
        assert library.kcase_batch_next(batch, 300) is None
        assert states(journal) == ["in_progress"] * 4
        library.kcase_batch_free(batch)
        assert states(journal) == ["unfinished"] * 4
        assert outcomes(resume(made)) == [("canceled", "response", True)]


def test_an_interrupted_batch_says_so(sandbox: Sandbox, journal: Path):
    sandbox.fault(kind="hang", on="cancel", times=8)
    with client(sandbox.url, journal) as made:
        batch = library.kcase_batch_new(made, b'{"max_in_flight": 4}', None)
        for number in range(1, 41):
            library.kcase_batch_add(batch, seeded_case(number).encode(), None)
        assert library.kcase_batch_next(batch, 300) is None
        library.kcase_batch_interrupt(batch)
        results = []
        while library.kcase_batch_pending(batch):
            results.append(take(library, library.kcase_batch_next(batch, -1)))
        library.kcase_batch_free(batch)
    found = [one["outcome"] for one in results]
    assert (len(found), found.count("unknown"), found.count("not_sent")) == (40, 4, 36)
    assert {one["reason"] for one in results} == {"interrupted"}
    assert set(states(journal)) == {"finished"}


def test_many_processes_on_one_file(sandbox: Sandbox, journal: Path):
    workers = [Worker(sandbox.url, journal, "cancel_each", 1 + 25 * place, 50) for place in range(6)]
    told = [result for worker in workers for result in worker.expect_success()]
    assert len(told) == 300
    assert {(one["outcome"], one["journaled"]) for one in told} == {
        ("canceled", True),
        ("already_canceled", True),
    }
    assert sum(one["outcome"] == "canceled" for one in told) == 175
    assert verify(journal)["outcome"] == "ok"
    with client(sandbox.url, journal) as made:
        assert cancel_all(made, [seeded_case(1)])[0]["journaled"]
