"""Every instant at which the power may fail, on a disk that drops, tears and reorders what was not synced."""

from __future__ import annotations

import json
import os
import random
import sqlite3
from pathlib import Path

import pytest
from disk import Disk, Event, preload, read_trace, run_worker
from library import verify
from sandbox import Sandbox, seeded_case

SAMPLES = int(os.environ.get("KCASE_POWER_SAMPLES", "1"))
SEED = 20261126


@pytest.fixture(scope="session")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return preload(tmp_path_factory.mktemp("disk"))


def traced(preloaded: Path, sandbox: Sandbox, journal: Path, *what: object) -> list[Event]:
    trace = journal.parent.with_name("trace")
    run_worker(preloaded, sandbox.url, journal, trace, *what)
    return read_trace(trace)


def check_states(events: list[Event], name: str, folder: Path) -> int:
    """Looks at what every loss of power leaves; how many states that are."""
    chance = random.Random(SEED)
    disk, sent, told = Disk(), set(), {}
    states = 0
    for event in events:
        disk.do(event)
        if event.canceled:
            sent.add(event.canceled)
        if event.kind == "n" and event.name == "told":
            result = json.loads(event.data)
            assert result["journaled"]
            told[result["case_id"]] = result["outcome"]
        for state in disk.states(chance, SAMPLES):
            states += 1
            check_state(state, name, folder, sent, told)
    assert sent and told
    return states


def check_state(
    state: dict[str, bytes], name: str, folder: Path, sent: set[str], told: dict[str, str]
) -> None:
    if not sent:
        return
    for path in folder.iterdir():
        path.unlink()
    for file, content in state.items():
        if file.startswith(name):
            (folder / file).write_bytes(content)
    with sqlite3.connect(folder / name) as database:
        assert database.execute("PRAGMA quick_check").fetchone() == ("ok",)
        found = dict(database.execute("SELECT case_id, outcome FROM intent"))
    database.close()
    assert sent <= set(found)
    assert all(found[case] == outcome for case, outcome in told.items())


def scratch() -> Path:
    folder = Path(os.environ.get("KCASE_SCRATCH", "/dev/shm")) / f"kcase-power-{os.getpid()}"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("what", [("cancel_each", 1, 4), ("cancel", 1, 200)])
def test_no_loss_of_power_loses_an_intent_or_an_outcome(
    preloaded: Path, sandbox: Sandbox, journal: Path, what: tuple[object, ...]
):
    events = traced(preloaded, sandbox, journal, *what)
    folder = scratch()
    try:
        states = check_states(events, journal.name, folder)
        print(f"{what[0]}: {len(events)} events, {states} states")
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    assert verify(journal)["outcome"] == "ok"


def test_a_disk_that_lies_would_be_found_out(preloaded: Path, sandbox: Sandbox, journal: Path):
    """The test above sees what a missing sync would lose."""
    events = traced(preloaded, sandbox, journal, "cancel_each", 1, 2)
    syncs = [index for index, event in enumerate(events) if event.kind == "s" and event.name == journal.name]
    folder = scratch()
    try:
        with pytest.raises((AssertionError, sqlite3.Error)):
            check_states(
                [event for index, event in enumerate(events) if index not in syncs], journal.name, folder
            )
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def test_the_order_of_one_cancel(preloaded: Path, sandbox: Sandbox, journal: Path):
    """The intent is written and synced, then the request leaves, then the outcome is written and synced, then
    the caller is told: nothing of these is the other way round."""
    events = traced(preloaded, sandbox, journal, "cancel_each", 1, 1)
    request = next(index for index, event in enumerate(events) if event.canceled == seeded_case(1))
    note = next(index for index, event in enumerate(events) if event.name == "told")
    writes = [index for index, event in enumerate(events) if event.kind in "wt"]
    syncs = [index for index, event in enumerate(events) if event.kind == "s"]
    for end in (request, note):
        assert max(index for index in writes if index < end) < max(index for index in syncs if index < end)
    intent = [event.data for event in events[:request] if event.kind == "w" and event.name == journal.name]
    outcome = [
        event.data for event in events[request:note] if event.kind == "w" and event.name == journal.name
    ]
    assert any(b'"entry":"intent"' in data for data in intent)
    assert not any(b'"entry":"outcome"' in data for data in intent)
    assert any(b'"entry":"outcome"' in data for data in outcome)


def test_after_a_sync_that_failed_nothing_is_sent(preloaded: Path, sandbox: Sandbox, journal: Path):
    trace = journal.parent.with_name("trace")
    run_worker(preloaded, sandbox.url, journal, trace, "cancel_each", 1, 3)
    syncs = [event.name for event in read_trace(trace) if event.kind == "s"]
    refused = 0
    for place, name in enumerate(syncs, 1):
        if name == "." and "." in syncs[: place - 1]:
            continue  # SQLite's own, which comes after the library's
        sandbox.reset()
        for path in (*journal.parent.iterdir(), trace):
            path.unlink()
        fault = f"sync:{place}"
        worker = run_worker(preloaded, sandbox.url, journal, trace, "cancel_each", 1, 3, fault=fault)
        events = read_trace(trace)
        failed = next(index for index, event in enumerate(events) if event.kind == "f")
        assert not any(event.canceled for event in events[failed:])
        if worker.returncode != 0:
            refused += 1
            continue
        told = [(index, json.loads(event.data)) for index, event in enumerate(events) if event.name == "told"]
        assert len(told) == 3
        sent = {event.canceled for event in events if event.canceled}
        for index, result in told:
            assert result["outcome"] == ("canceled" if result["case_id"] in sent else "not_sent")
            assert (result["journaled"] is True) == (index < failed)
    assert 0 < refused < len(syncs) / 2


def test_a_full_disk_loses_nothing(preloaded: Path, sandbox: Sandbox, journal: Path):
    trace = journal.parent.with_name("trace")
    run_worker(preloaded, sandbox.url, journal, trace, "cancel_each", 1, 1)
    writes = sum(event.kind == "w" for event in read_trace(trace))
    lost = unsent = 0
    for place in range(writes // 2, writes + 30, 3):
        sandbox.reset()
        for path in (*journal.parent.iterdir(), trace):
            path.unlink()
        journal.with_name("full").touch()
        fault = f"full:{place}"
        worker = run_worker(preloaded, sandbox.url, journal, trace, "cancel_each", 1, 3, fault=fault)
        if worker.returncode != 0:
            continue  # the client itself could not be made
        events = read_trace(trace)
        told = {
            one["case_id"]: one
            for one in (json.loads(event.data) for event in events if event.name == "told")
        }
        sent = {event.canceled for event in events if event.canceled}
        for case, result in told.items():
            assert (result["outcome"] == "not_sent") == (case not in sent), result
            if case in sent:
                assert result["outcome"] == "canceled"
            else:
                unsent += 1
        with sqlite3.connect(journal) as database:
            found = dict(database.execute("SELECT case_id, outcome FROM intent"))
        assert sent <= set(found)
        for case, result in told.items():
            if result["journaled"]:
                assert found[case] == result["outcome"]
            elif case in sent:
                lost += 1
                assert found[case] is None and "disk is full" in result["journal_error"]
    assert lost > 0 and unsent > 0


def test_a_file_system_of_a_network_is_refused(preloaded: Path, sandbox: Sandbox, journal: Path):
    trace = journal.parent.with_name("trace")
    worker = run_worker(preloaded, sandbox.url, journal, trace, "cancel_each", 1, 1, fault="network:1")
    assert worker.returncode != 0 and b"another machine" in worker.stderr
    assert not journal.exists()
