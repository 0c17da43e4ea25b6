"""A run that was stopped, or killed at any moment, is taken up again, and each id is accounted for once."""

from __future__ import annotations

import json
import random
import re
import shlex
import signal
import time

import pytest
from sandbox import seeded_case

COUNT = 400


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "my list.txt"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, COUNT + 1)))
    return str(path)


def stopped(kcase, sandbox, listed, number=signal.SIGINT):
    """A run that a signal has stopped; what it told of cases, and its words."""
    sandbox.fault(kind="slow", on="cancel", delay_ms=30)
    process = kcase.start("cancel", "--from", listed, "-o", "ndjson")
    process.stdout.readline()
    process.send_signal(number)
    out, words = process.stdout.read(), process.stderr.read()
    process.wait(timeout=30)
    return out, words


def runs(kcase):
    return [line.split()[0] for line in kcase("resume", "--show").stdout.splitlines()[1:]]


def test_the_line_that_a_stopped_run_prints_takes_it_up_again(kcase, sandbox, listed):
    _, words = stopped(kcase, sandbox, listed)
    command = re.search(r"^kcase: to go on: kcase (resume .*)$", words, re.MULTILINE)
    assert command is not None, words
    run = kcase(*shlex.split(command[1]), "-o", "ndjson")
    assert run.code == 0, run.stderr
    *results, summary = [json.loads(line) for line in run.stdout.splitlines()]
    assert {result["line"]: result["case_id"] for result in results} == {
        number: seeded_case(number) for number in range(1, COUNT + 1)
    }
    assert summary["summary"]["command"] == "resume"
    assert sandbox.totals()["cancels_applied"] == COUNT
    assert runs(kcase) == []


def test_a_finished_run_leaves_nothing(kcase, sandbox, listed):
    assert kcase("cancel", "--from", listed).code == 0
    assert runs(kcase) == []
    assert kcase("resume").stderr == "kcase: no run is unfinished\n"
    left = [path for path in kcase.home.rglob("*") if path.is_file()]
    assert [path for path in left if path.suffix in {".run", ".part"}] == []


def test_what_was_refused_or_not_confirmed_leaves_nothing(kcase, listed):
    assert kcase("cancel", "--from", listed, "--confirm", "custom:1").code == 2
    assert kcase("cancel", "--from", "-", text="x\n").code == 2
    assert runs(kcase) == []
    assert [path for path in kcase.home.rglob("*.part")] == []


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment(kcase, sandbox, listed, seed):
    """Kills come at random moments, until a run comes through; then every id has been accounted for once."""
    chance = random.Random(seed)
    sandbox.fault(kind="slow", on="cancel", delay_ms=15)
    told: dict[str, str] = {}
    command = ["cancel", "--from", listed]
    for _ in range(3):
        process = kcase.start(*command, "-o", "ndjson")
        time.sleep(chance.uniform(0.02, 0.25))
        process.kill()
        out = process.stdout.read()
        process.wait(timeout=10)
        for line in out.splitlines(keepends=True):
            if line.endswith("\n") and "case_id" in line:
                told[json.loads(line)["case_id"]] = json.loads(line)["outcome"]
        if runs(kcase):
            command = ["resume"]
    run = kcase(*command, "-o", "ndjson")
    assert run.code == 0, run.stderr
    *results, summary = [json.loads(line) for line in run.stdout.splitlines()]
    assert sorted(result["case_id"] for result in results) == [seeded_case(n) for n in range(1, COUNT + 1)]
    assert sum(summary["summary"]["outcomes"].values()) == COUNT
    assert {case["id"]: case["cancels_applied"] for case in sandbox.cases()} == {
        seeded_case(number): 1 for number in range(1, COUNT + 1)
    }
    final = {result["case_id"]: result["outcome"] for result in results}
    assert all(final[case] in {"canceled", "already_canceled"} for case in told)
    assert runs(kcase) == []


def test_a_run_that_is_alive_is_not_taken(kcase, sandbox, listed):
    sandbox.fault(kind="hang", on="cancel", delay_ms=20000)
    process = kcase.start("cancel", "--from", listed)
    while not sandbox.cases():
        time.sleep(0.02)
    try:
        assert runs(kcase) == []
    finally:
        process.kill()
        process.communicate()
    assert len(runs(kcase)) == 1


def test_several_runs_are_named(kcase, sandbox, listed):
    stopped(kcase, sandbox, listed)
    stopped(kcase, sandbox, listed)
    first, second = runs(kcase)
    run = kcase("resume")
    assert run.code == 2
    assert (
        f"kcase: several runs are unfinished; name one: {first} ({listed}), {second} ({listed})\n"
        == run.stderr
    )
    assert kcase("resume", first, "--forget").code == 0
    assert runs(kcase) == [second]
    assert kcase("resume", first).code == 2


def test_a_run_goes_on_where_it_was_begun_and_nowhere_else(kcase, sandbox, listed):
    stopped(kcase, sandbox, listed)
    assert kcase("resume", "-q", KCASE_BASE_URL=None).code == 0
    sandbox.reset()
    stopped(kcase, sandbox, listed)
    run = kcase("resume", KCASE_BASE_URL="http://127.0.0.1:9")
    assert run.code == 2
    assert (
        f"was for {sandbox.url}, and KCASE_BASE_URL says http://127.0.0.1:9. Nothing was sent." in run.stderr
    )


def test_a_run_of_which_no_note_is_kept(kcase, sandbox, listed):
    sandbox.fault(kind="slow", on="cancel", delay_ms=30)
    process = kcase.start("cancel", "--from", listed, "--no-journal", "-o", "ndjson")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    words = process.stderr.read()
    assert process.wait(timeout=30) == 130
    assert "kcase: run the same command again: that is safe" in words
    assert runs(kcase) == []


def test_5_no_note_can_be_kept(kcase, sandbox, listed, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    run = kcase("cancel", "--from", listed, XDG_STATE_HOME=str(blocker))
    assert run.code == 5
    assert "Nothing was sent. To run without it: --no-journal\n" in run.stderr
    assert sandbox.cases() == []
    assert kcase("cancel", "--from", listed, "--no-journal", XDG_STATE_HOME=str(blocker)).code == 0


@pytest.mark.parametrize(
    "spoil",
    {
        "no head": lambda note: b"x\n",
        "an empty record": lambda note: note + b"\n",
        "a record without a tab": lambda note: note + seeded_case(1).encode() + b"  canceled\n",
        "a number that is too long": lambda note: note + b"9" * 30 + b"\tx\n",
        "a text that does not end": lambda note: note + b"401\t" + b"x" * 500_000,
    }.items(),
    ids=lambda item: item[0],
)
def test_a_damaged_note_is_told(kcase, sandbox, listed, spoil):
    stopped(kcase, sandbox, listed)
    (note,) = kcase.home.rglob("*.run")
    note.write_bytes(spoil[1](note.read_bytes()))
    run = kcase("resume")
    assert run.code == 5
    assert run.stderr == f"{damaged(note)}kcase: no other run is unfinished\n"
    run = kcase("resume", note.stem)
    assert (run.code, run.stderr) == (5, damaged(note))
    run = kcase("resume", "--show")
    assert (run.code, run.stdout.splitlines()[1:], run.stderr) == (5, [], damaged(note))
    run = kcase("resume", "--forget", note.stem)
    assert (run.code, run.stderr, note.exists()) == (0, "", False)


def damaged(note):
    return (
        f"kcase: {note}: this note of a run is damaged, and the run cannot be resumed. Cancel its list "
        "again, which is safe: what is canceled already is told. Then drop the note: "
        f"kcase resume --forget {note.stem}\n"
    )


def test_a_damaged_note_keeps_no_other_run_from_being_resumed(kcase, sandbox, listed):
    stopped(kcase, sandbox, listed)
    (note,) = kcase.home.rglob("*.run")
    note.write_bytes(b"x\n")
    stopped(kcase, sandbox, listed)
    run = kcase("resume", "-o", "ndjson")
    assert run.code == 5
    assert run.stderr.startswith(damaged(note))
    assert json.loads(run.stdout.splitlines()[-1])["summary"]["exit_code"] == 0
    assert sandbox.totals()["cancels_applied"] == COUNT
    assert [path.stem for path in kcase.home.rglob("*.run")] == [note.stem]


def test_a_note_that_cannot_be_opened_is_told(kcase):
    note = kcase.home / ".local/state/kcase/runs/folder.run"
    note.mkdir(parents=True)
    run = kcase("resume")
    assert run.code == 5
    assert f"kcase: {note}: Is a directory. The run cannot be resumed.\n" in run.stderr


def test_forget_sends_nothing(kcase, sandbox, listed, tmp_path):
    """Not even if no run is unfinished, and the journal has something that is."""
    sandbox.fault(kind="hang", on="cancel", delay_ms=20000)
    journal = str(tmp_path / "journal.db")
    process = kcase.start("cancel", seeded_case(1), "--journal", journal)
    while not sandbox.cases():
        time.sleep(0.02)
    process.kill()
    process.communicate()
    run = kcase("resume", "--forget", "--journal", journal)
    assert (run.code, run.stderr) == (0, "kcase: no run is unfinished\n")
    assert sandbox.totals()["cancel_requests"] == 1


def test_a_record_that_is_cut_off_is_none(kcase, sandbox, listed):
    stopped(kcase, sandbox, listed)
    (note,) = kcase.home.rglob("*.run")
    note.write_bytes(note.read_bytes() + f"401\t{seeded_case(401)[:20]}".encode())
    run = kcase("resume", "-o", "ndjson")
    assert run.code == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1])["summary"]["cases"] == COUNT


def test_a_note_is_for_its_owner_alone(kcase, sandbox, listed):
    stopped(kcase, sandbox, listed)
    (note,) = kcase.home.rglob("*.run")
    assert note.stat().st_mode & 0o777 == 0o600
    assert note.parent.stat().st_mode & 0o777 == 0o700
