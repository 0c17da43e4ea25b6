"""The journal as the command line keeps it, shows it, and takes up what it has unfinished."""

from __future__ import annotations

import json
import shlex
import signal
import sqlite3
import time
from pathlib import Path

import pytest
from sandbox import fixture_case, seeded_case

A, B, REFUSED = fixture_case(1), fixture_case(2), fixture_case(6)


def usual_journal(kcase):
    return kcase.home / ".local/state/kcase/journal.db"


def records(kcase, *arguments):
    run = kcase("history", "-o", "ndjson", *arguments)
    assert run.code == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_run_over_a_list_has_a_journal_that_agrees_with_it(kcase):
    run = kcase("cancel", "--from", "-", "--tag", "june", "-o", "ndjson", text=f"{A}\n{REFUSED}\n")
    *results, _ = [json.loads(line) for line in run.stdout.splitlines()]
    assert usual_journal(kcase).stat().st_mode & 0o777 == 0o600
    kept = records(kcase)
    assert {one["case_id"]: one["outcome"] for one in kept} == {
        result["case_id"]: result["outcome"] for result in results
    }
    assert {one["tag"] for one in kept} == {"june"}
    assert all(result["journaled"] for result in results)


def test_one_case_needs_no_journal_and_can_have_one(kcase, tmp_path):
    assert kcase("cancel", A).code == 0
    assert not usual_journal(kcase).exists()
    path = str(tmp_path / "my journal.db")
    assert kcase("cancel", B, "--journal", path).code == 0
    assert [one["case_id"] for one in records(kcase, "--journal", path)] == [B]
    assert [
        one["case_id"] for one in json.loads(kcase("history", "-o", "json", KCASE_JOURNAL=path).stdout)
    ] == [B]


@pytest.mark.parametrize("command", [["history"], ["journal", "head"], ["journal", "verify"]])
def test_5_a_journal_that_is_not_there_is_named(kcase, command):
    run = kcase(*command)
    words = "The journal cannot be read or written: there is no such file."
    assert (run.code, run.stderr) == (5, f"kcase: {usual_journal(kcase)}: {words}\n")


def test_2_a_head_that_is_none_is_named(kcase, tmp_path):
    assert kcase("cancel", "--from", "-", text=f"{A}\n").code == 0
    head = tmp_path / "head.json"
    head.write_text("{}")
    run = kcase("journal", "verify", "--head", str(head))
    assert (run.code, run.stdout) == (2, "")
    assert run.stderr == f"kcase: {head}: this is no head of a journal: count: is required\n"


def test_no_journal(kcase):
    assert kcase("cancel", "--from", "-", "--no-journal", text=f"{A}\n").code == 0
    assert not usual_journal(kcase).exists()
    run = kcase("cancel", A, "--journal", "x", "--no-journal")
    assert (run.code, run.stderr) == (2, "kcase: --journal and --no-journal exclude each other\n")


def test_a_dry_run_writes_nothing_down(kcase):
    assert kcase("cancel", "--dry-run", "--from", "-", text=f"{A}\n").code == 0
    assert not usual_journal(kcase).exists()


@pytest.mark.parametrize("damage", ["folder", "no database", "another program's"])
def test_5_a_journal_that_cannot_be_used(kcase, sandbox, tmp_path, damage):
    path = tmp_path / "j.db"
    if damage == "folder":
        path = tmp_path / "none" / "j.db"
    elif damage == "no database":
        path.write_bytes(b"x" * 5000)
    else:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE t (x)")
    for arguments in ([A], ["--from", "-"]):
        run = kcase("cancel", *arguments, "--journal", str(path), text=f"{A}\n")
        assert run.code == 5, run.stdout + run.stderr
        assert run.stderr.splitlines()[-1].startswith("kcase: journal")
    assert sandbox.cases() == []


def test_history_is_filtered_and_told_in_every_form(kcase):
    kcase("cancel", "--from", "-", "--tag", "=x", text=f"{A}\n{B}\n{REFUSED}\n")
    assert [one["case_id"] for one in records(kcase, "--outcome", "refused")] == [REFUSED]
    assert [one["case_id"] for one in records(kcase, "--case", A)] == [A]
    assert len(records(kcase, "--tag", "=x")) == 3
    assert records(kcase, "--until", "2020-01-01") == []
    assert records(kcase, "--since", "2099-01-01") == []
    table = kcase("history").stdout.splitlines()
    assert table[0] == "BEGUN                     CASE                                  OUTCOME           TAG"
    assert len(table) == 4
    csv_text = kcase("history", "-o", "csv").stdout
    assert csv_text.startswith("id,at,case_id,service,state,outcome,") and ",'=x," in csv_text
    assert kcase("history", "--outcome", "unfinished").stderr == "kcase: the journal has no such record\n"
    run = kcase("history", "--outcome", "frob")
    assert (run.code, "outcome" in run.stderr) == (2, True)


def test_history_has_any_number_of_pages(kcase):
    listed = "".join(f"{seeded_case(number)}\n" for number in range(1, 1051))
    assert kcase("cancel", "--from", "-", "-q", text=listed).code == 0
    assert len({one["case_id"] for one in records(kcase)}) == 1050


def test_5_no_history(kcase):
    run = kcase("history")
    assert (run.code, run.stdout) == (5, "")
    assert run.stderr.startswith("kcase: ")


# --- Taking up ----------------------------------------------------------------------------------------------


def test_resume_asks_the_journal_before_the_service(kcase, sandbox, tmp_path):
    """What is canceled for certain needs no request when a run is taken up again."""
    path = tmp_path / "list"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 301)))
    sandbox.fault(kind="slow", on="cancel", delay_ms=30)
    process = kcase.start("cancel", "--from", str(path), "-o", "ndjson")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    process.wait(timeout=30)
    requests = sandbox.totals()["cancel_requests"]
    assert 0 < requests < 300
    run = kcase("resume", "-o", "ndjson")
    assert run.code == 0
    *results, summary = [json.loads(line) for line in run.stdout.splitlines()]
    assert summary["summary"]["outcomes"] == {"canceled": 300 - requests, "already_canceled": requests}
    assert sandbox.totals()["cancel_requests"] == 300
    evidence = [result["evidence"] for result in results if result["outcome"] == "already_canceled"]
    assert set(evidence) == {"journal"}


def test_a_cancel_that_was_killed_is_taken_up_from_the_journal_alone(kcase, sandbox, tmp_path):
    path = str(tmp_path / "j.db")
    sandbox.fault(kind="hang", on="cancel", delay_ms=20000)
    process = kcase.start("cancel", A, B, "--journal", path)
    while sandbox.totals()["cancel_requests"] < 2:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    assert {one["state"] for one in records(kcase, "--journal", path)} == {"unfinished"}
    sandbox.reset()
    run = kcase("resume", "--journal", path, "-o", "ndjson")
    assert run.code == 0, run.stderr
    *results, summary = [json.loads(line) for line in run.stdout.splitlines()]
    assert {result["case_id"]: result["outcome"] for result in results} == {A: "canceled", B: "canceled"}
    assert summary["summary"]["cases"] == 2
    assert {one["state"] for one in records(kcase, "--journal", path)} == {"finished"}
    assert kcase("resume", "--journal", path).code == 0


def test_the_line_that_is_printed_names_the_journal_it_needs(kcase, sandbox, tmp_path):
    path = tmp_path / "list"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 101)))
    journal = str(tmp_path / "my own.db")
    sandbox.fault(kind="slow", on="cancel", delay_ms=100)
    process = kcase.start("cancel", "--from", str(path), "--journal", journal, "-o", "ndjson")
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.stdout.read()
    words = process.stderr.read()
    assert process.wait(timeout=30) == 143
    (line,) = [line for line in words.splitlines() if "to go on: " in line]
    assert kcase(*shlex.split(line.partition("to go on: kcase ")[2])).code == 0
    assert len(records(kcase, "--journal", journal)) >= 100


# --- The audit ----------------------------------------------------------------------------------------------


@pytest.fixture
def audited(kcase, tmp_path):
    """A journal with entries, and its head in a file."""
    path, head = str(tmp_path / "j.db"), tmp_path / "head.json"
    kcase("cancel", A, REFUSED, "--journal", path)
    head.write_text(kcase("journal", "head", "--journal", path).stdout)
    return path, str(head)


def test_a_journal_as_it_was_written(kcase, audited):
    path, head = audited
    assert set(json.loads(Path(head).read_text(encoding="utf-8"))) == {"count", "hash", "at"}
    run = kcase("journal", "verify", "--journal", path, "--head", head)
    assert run.code == 0, run.stderr
    found = json.loads(run.stdout)
    assert (found["intact"], found["expected_head"], found["findings"]) == (True, "matches", [])
    assert kcase("journal", "verify", "--journal", path).code == 0


def test_1_a_journal_that_was_changed(kcase, audited):
    path, head = audited
    with open(path, "r+b") as file:
        data = file.read()
        place = data.rindex(b"already_started")
        file.seek(place)
        file.write(b"already_stopped")
    run = kcase("journal", "verify", "--journal", path, "--head", head)
    assert run.code == 1, run.stderr
    found = json.loads(run.stdout)
    assert (found["intact"], len(found["findings"])) == (False, 1)


def test_5_a_journal_that_is_not_there(kcase, tmp_path):
    for what in ("head", "verify"):
        run = kcase("journal", what, "--journal", str(tmp_path / "none.db"))
        assert (run.code, run.stdout) == (5, "")
        assert run.stderr.startswith("kcase: ")


def test_2_a_head_that_is_none(kcase, audited, tmp_path):
    path, _ = audited
    (tmp_path / "h").write_text("{}")
    assert kcase("journal", "verify", "--journal", path, "--head", str(tmp_path / "h")).code == 2
    assert kcase("journal", "verify", "--journal", path, "--head", "/none").code == 2


def test_the_report_has_the_journals_head(kcase, tmp_path):
    report = tmp_path / "r.html"
    assert kcase("cancel", "--from", "-", "--report", str(report), text=f"{A}\n").code == 0
    head = json.loads(kcase("journal", "head").stdout)
    assert f"{head['count']} entries, SHA-256 {head['hash']}, 20" in report.read_text(encoding="utf-8")
