"""What a journal has after calls and batches, and what it answers."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import jsonschema
import kcase_library
import pytest
from library import (
    LIBRARY,
    ROOT,
    Refused,
    cancel,
    cancel_all,
    cancel_in_slices,
    client,
    head,
    history,
    prune,
    resume,
    verify,
    whole_history,
)
from sandbox import Sandbox, fixture_case, seeded_case


def test_a_call_is_journaled(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        result = cancel(made, seeded_case(1), tag="row 7", intent_key="job 1")
    assert (result["outcome"], result["journaled"], result["journal_error"]) == ("canceled", True, None)
    [record] = whole_history(journal)
    assert (record["case_id"], record["tag"], record["intent_key"]) == (seeded_case(1), "row 7", "job 1")
    assert (record["state"], record["outcome"], record["settled"]) == ("finished", "canceled", True)
    assert record["result"]["evidence"] == result["evidence"]
    assert record["result"]["attempts"] == result["attempts"]


def test_without_a_journal_nothing_is_said_of_one(sandbox: Sandbox):
    with client(sandbox.url, None) as made:
        result = cancel(made, seeded_case(1))
        assert (result["outcome"], result["journaled"], result["journal_error"]) == ("canceled", None, None)
        assert cancel(made, seeded_case(1), intent_key="job")["outcome"] == "invalid"
        assert cancel(made, seeded_case(1), use_journal=True)["outcome"] == "invalid"
        with pytest.raises(Refused, match="no journal"):
            resume(made)


def test_a_batch_is_journaled(sandbox: Sandbox, journal: Path):
    cases = [seeded_case(number) for number in range(1, 501)]
    with client(sandbox.url, journal) as made:
        results = cancel_all(made, [*cases, "no such id/", fixture_case(900)], max_pending=100)
    said = {result["case_id"]: result for result in results}
    assert len(results) == 502
    assert {(said[case]["outcome"], said[case]["journaled"]) for case in cases} == {("canceled", True)}
    assert (said["no such id/"]["outcome"], said["no such id/"]["journaled"]) == ("invalid", None)
    records = {record["case_id"]: record for record in whole_history(journal)}
    assert set(records) == {*cases, fixture_case(900)}
    assert all(records[case]["outcome"] == said[case]["outcome"] for case in records)
    assert records[fixture_case(900)]["outcome"] == "not_found"
    assert verify(journal)["outcome"] == "ok"


@pytest.mark.parametrize(("slice_ms", "in_one"), [(10_000, True), (20, False)])
def test_a_call_in_slices_is_journaled(sandbox: Sandbox, journal: Path, slice_ms: int, in_one: bool):
    sandbox.fault(kind="slow", delay_ms=300, on="cancel")
    with client(sandbox.url, journal) as made:
        slices, result = cancel_in_slices(made, seeded_case(1), slice_ms)
    assert (slices == 1) is in_one
    assert (result["outcome"], result["journaled"]) == ("canceled", True)
    [record] = whole_history(journal)
    assert (record["state"], record["outcome"]) == ("finished", "canceled")
    assert sandbox.totals()["cancel_requests"] == 1


def test_the_same_case_in_one_batch_is_worked_on_once(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        results = cancel_all(made, [seeded_case(1)] * 20)
    assert sorted(result["outcome"] for result in results) == ["already_canceled"] * 19 + ["canceled"]
    assert {result["journaled"] for result in results} == {True}
    assert {result["evidence"] for result in results} == {"response", "journal"}
    assert sandbox.totals()["cancel_requests"] == 1
    assert len(whole_history(journal)) == 1


def test_a_journal_answers_if_it_is_asked_to(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(1))
        result = cancel(made, seeded_case(1).upper(), use_journal=True)
        assert (result["outcome"], result["evidence"], result["attempts"]) == (
            "already_canceled",
            "journal",
            [],
        )
        assert cancel(made, seeded_case(1))["evidence"] == "read_back"
        assert cancel(made, seeded_case(2), use_journal=True)["outcome"] == "canceled"


def test_the_key_of_another_case_is_refused(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        assert cancel(made, seeded_case(1), intent_key="job 1")["outcome"] == "canceled"
        result = cancel(made, seeded_case(2), intent_key="job 1")
        assert (result["outcome"], result["case_id"]) == ("invalid", seeded_case(2))
        assert cancel(made, seeded_case(1), intent_key="job 1")["outcome"] == "already_canceled"
        [refused] = [r for r in cancel_all(made, [seeded_case(3)]) if r["outcome"] == "invalid"] or [None]
        assert refused is None


def test_a_history_is_filtered_and_paged(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        for number in range(1, 21):
            cancel(made, seeded_case(number), tag="even" if number % 2 == 0 else "odd")
        cancel(made, fixture_case(900), tag="odd")
    assert len(whole_history(journal, limit=3)) == 21
    assert len(whole_history(journal, limit=3, tag="odd")) == 11
    assert len(whole_history(journal, outcome="not_found")) == 1
    assert whole_history(journal, outcome="unfinished") == []
    assert [one["tag"] for one in whole_history(journal, case_id=seeded_case(2).upper())] == ["even"]
    times = [record["at"] for record in whole_history(journal)]
    assert len(whole_history(journal, since=times[0])) == 21
    assert whole_history(journal, until=times[0]) == []
    assert whole_history(journal, since="2100-01-01") == []
    page = history(journal, limit=20)
    assert len(page["records"]) == 20 and page["next"] is not None
    assert history(journal, since="yesterday")["outcome"] == "invalid"
    assert history(journal, limit=0)["outcome"] == "invalid"
    assert history(journal, outcome="cancel")["outcome"] == "invalid"


def test_the_files_are_their_owners_alone(sandbox: Sandbox, journal: Path):
    before = os.umask(0)
    try:
        with client(sandbox.url, journal) as made:
            cancel(made, seeded_case(1))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in journal.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert f"{journal.name}-lock" in modes


def test_no_secret_is_written(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(1), personal_data=True)
        cancel(made, seeded_case(1), personal_data=True)
    text = b"".join(path.read_bytes() for path in journal.parent.iterdir())
    assert seeded_case(1).encode() in text
    assert b"sandbox-token" not in text
    assert b"candidate" not in text


def test_pruning_keeps_the_chain(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        cancel(made, seeded_case(1))
        old = head(journal)
        cancel(made, seeded_case(2))
        pruned = prune(journal, "2100-01-01")
        assert pruned["outcome"] == "ok" and pruned["pruned"] == 4
        assert whole_history(journal) == []
        assert seeded_case(1).encode() not in journal.read_bytes()
        cancel(made, seeded_case(3))
    assert len(whole_history(journal)) == 1
    assert verify(journal, pruned["head"])["outcome"] == "ok"
    found = verify(journal, old)
    assert (found["outcome"], found["verification"]["expected_head"]) == ("ok", "pruned")
    assert prune(journal, "2000-01-01")["pruned"] == 0


def test_every_result_is_as_the_schema_says(sandbox: Sandbox, journal: Path):
    schema = json.loads((ROOT / "bindings/schema/result.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    with client(sandbox.url, journal) as made:
        results = [cancel(made, seeded_case(1)), cancel(made, seeded_case(1), use_journal=True)]
        results += cancel_all(made, [seeded_case(2), seeded_case(2), fixture_case(900)])
    results += [history(journal), verify(journal, head(journal)), history(journal.with_name("nothing"))]
    with sqlite3.connect(journal) as database:
        database.execute("UPDATE intent SET outcome = 'refused' WHERE id = 1")
    results += [verify(journal), prune(journal, "2100-01-01"), prune(journal, "soon")]
    assert [result["outcome"] for result in results[5:]] == ["ok", "ok", "failed", "failed", "ok", "invalid"]
    for result in results:
        validator.validate(result)


def test_two_clients_of_one_process_share_the_file(sandbox: Sandbox, journal: Path):
    link = journal.with_name("link")
    with client(sandbox.url, journal) as one:
        link.symlink_to(journal)
        with client(sandbox.url, link) as other:
            assert cancel(other, seeded_case(1))["journaled"]
        assert cancel(one, seeded_case(2))["journaled"]
    assert len(whole_history(journal)) == 2


def test_a_relative_path_stays_the_same_file(
    sandbox: Sandbox, journal: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(journal.parent)
    with client(sandbox.url, journal.name) as made:
        os.chdir("/")
        child = os.fork()
        if child == 0:
            os._exit(0 if cancel(made, seeded_case(1))["journaled"] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(whole_history(journal)) == 1


def test_two_copies_of_the_library_in_one_process_are_not_mixed(
    sandbox: Sandbox, journal: Path, tmp_path: Path
):
    copy = tmp_path / "libkcase.so"
    shutil.copy(LIBRARY, copy)
    other = kcase_library.load(copy)
    config = json.dumps({"base_url": sandbox.url, "token": "sandbox-token", "journal": str(journal)})
    with client(sandbox.url, journal) as made:
        assert cancel(made, seeded_case(1))["journaled"]
        error = ctypes.c_void_p()
        second = other.kcase_client_new(config.encode(), ctypes.byref(error))
        result = kcase_library.take(other, other.kcase_cancel(second, seeded_case(2).encode(), None))
        other.kcase_client_free(second)
        assert (result["outcome"], result["reason"]) == ("not_sent", "journal")
        assert "another copy" in result["message"]
        assert cancel(made, seeded_case(3))["journaled"]


def test_a_child_opens_the_file_for_itself(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        assert cancel(made, seeded_case(1))["journaled"]
        child = os.fork()
        if child == 0:
            told = [cancel(made, seeded_case(number)) for number in range(2, 12)]
            os._exit(0 if all(one["journaled"] and one["outcome"] == "canceled" for one in told) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert cancel(made, seeded_case(12))["journaled"]
    assert len(whole_history(journal)) == 12
    assert verify(journal)["outcome"] == "ok"


def test_sqlite_is_loaded_for_a_journal_only(sandbox: Sandbox, journal: Path):
    program = """
import sys
sys.path[:0] = sys.argv[3:]
from library import cancel, client
def loaded(): return "libsqlite3" in open("/proc/self/maps").read()
with client(sys.argv[1], None) as made: cancel(made, sys.argv[2])
assert not loaded()
with client(sys.argv[1], sys.argv[3] + "/x.journal") as made: pass
assert loaded()
"""
    subprocess.run(
        [sys.executable, "-c", program, sandbox.url, seeded_case(1), str(journal.parent), *sys.path],
        check=True,
        env={**os.environ, "KCASE_LIBRARY": str(LIBRARY)},
    )


def test_what_cannot_be_a_journal_is_refused(sandbox: Sandbox, journal: Path):
    def refusal(path: Path) -> str:
        with pytest.raises(Refused) as refused, client(sandbox.url, path):
            pass
        assert refused.value.result["outcome"] == "invalid"
        return str(refused.value)

    assert "folder does not exist" in refusal(journal.parent / "nowhere" / "x")
    assert "regular file" in refusal(journal.parent)
    text = journal.with_name("text")
    text.write_text("this is a text, and it is long enough to be taken for a header of something. " * 20)
    assert "not an SQLite database" in refusal(text)
    foreign = journal.with_name("foreign")
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE other (x)")
    assert "another program's database" in refusal(foreign)
    newer = journal.with_name("newer")
    with client(sandbox.url, newer):
        pass
    with sqlite3.connect(newer) as database:
        database.execute("PRAGMA user_version = 3")
    assert "newer version" in refusal(newer)
    damaged = journal.with_name("damaged")
    with client(sandbox.url, damaged) as made:
        cancel(made, seeded_case(1))
    with damaged.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3900)
    assert "damaged" in refusal(damaged)
    assert history(journal.with_name("nothing"))["outcome"] == "failed"
    assert not journal.with_name("nothing").exists()


def test_a_file_that_is_replaced_is_noticed(sandbox: Sandbox, journal: Path):
    with client(sandbox.url, journal) as made:
        assert cancel(made, seeded_case(1))["journaled"]
        journal.rename(journal.with_name("moved"))
        result = cancel(made, seeded_case(2))
    assert (result["outcome"], result["reason"], result["attempts"]) == ("not_sent", "journal", [])
    assert sandbox.totals()["cancel_requests"] == 1
