"""What comes out: tables, JSON, NDJSON and CSV on standard output, words for people on standard error."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from sandbox import fixture_case, seeded_case

A, B, REFUSED = fixture_case(1), fixture_case(2), fixture_case(6)


def test_a_table_off_a_terminal_has_one_line_for_each_case(kcase):
    run = kcase("cancel", A, REFUSED)
    assert run.stdout == (
        "CASE                                  OUTCOME           MESSAGE\n"
        f"{A}  canceled          The case is canceled.\n"
        f"{REFUSED}  refused           Cannot cancel a case that has already started.\n"
    ) or run.stdout.splitlines()[1].startswith(REFUSED)
    assert "\x1b" not in run.stdout + run.stderr


def test_one_case_needs_no_words_beside_its_row(kcase):
    assert kcase("cancel", A).stderr == ""


def test_a_terminal_of_80_columns(kcase):
    terminal = kcase.at_terminal("cancel", REFUSED)
    assert terminal.close() == 1
    lines = terminal.text.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1] == f"{REFUSED}  refused           Cannot cancel a case"
    assert lines[2] == " " * 56 + "that has already started."[: len(lines[2]) - 56]
    assert "\x1b[31mrefused\x1b[0m" in terminal.seen


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_where_none_is_wanted(kcase, variables):
    terminal = kcase.at_terminal("cancel", REFUSED, **variables)
    assert terminal.close() == 1
    assert "\x1b[3" not in terminal.seen and "\x1b[1m" not in terminal.seen


def test_quiet_leaves_out_what_went_well(kcase):
    run = kcase("cancel", "--quiet", A, REFUSED)
    assert run.stdout.splitlines()[1].startswith(REFUSED)
    assert (len(run.stdout.splitlines()), run.stderr) == (2, "")


def test_json(kcase):
    run = kcase("cancel", "--output", "json", "--tag", 'a "tag"', A, REFUSED)
    document = json.loads(run.stdout)
    assert {result["case_id"]: result["outcome"] for result in document["results"]} == {
        A: "canceled",
        REFUSED: "refused",
    }
    assert {result["tag"] for result in document["results"]} == {'a "tag"'}
    summary = document["summary"]
    assert (summary["cases"], summary["outcomes"]) == (2, {"canceled": 1, "refused": 1})
    assert summary["exit_code"] == run.code == 1


def test_ndjson_ends_with_the_summary(kcase):
    run = kcase("cancel", "--output", "ndjson", "--from", "-", text=f"{A}\n{B}\n")
    *results, last = [json.loads(line) for line in run.stdout.splitlines()]
    assert {result["line"] for result in results} == {1, 2}
    assert last["summary"]["exit_code"] == 0
    assert last["summary"]["command"] == "cancel"


def test_csv(kcase):
    run = kcase("cancel", "-o", "csv", "--from", "-", "--tag", "=1+1", text=f"{A}\n{REFUSED}\n")
    rows = list(csv.DictReader(io.StringIO(run.stdout, newline="")))
    assert [row["line"] for row in sorted(rows, key=lambda row: row["line"])] == ["1", "2"]
    refused = next(row for row in rows if row["case_id"] == REFUSED)
    assert (refused["outcome"], refused["http_status"]) == ("refused", "422")
    assert (refused["evidence"], refused["case_status"]) == ("read_back", "Pending")
    assert {row["tag"] for row in rows} == {"'=1+1"}, "a spreadsheet would run it"


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("-12", "-12"),
        ("-1.5", "-1.5"),
        ("+49", "+49"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+a", "'+a"),
        ('a "b", c', 'a "b", c'),
        ("a;b", "a;b"),
    ],
)
def test_csv_runs_no_formula_and_harms_no_number(kcase, tag, shown):
    run = kcase("cancel", "-o", "csv", f"--tag={tag}", A)
    (row,) = csv.DictReader(io.StringIO(run.stdout, newline=""))
    assert row["tag"] == shown


def test_csv_can_be_a_list_again(kcase):
    csv_text = kcase("cancel", "-o", "csv", A, REFUSED).stdout
    run = kcase("status", "--from", "-", "--column", "case_id", "-o", "ndjson", text=csv_text)
    assert run.code == 0
    assert len(run.stdout.splitlines()) == 3


def test_status(kcase, sandbox):
    kcase("cancel", A)
    run = kcase("status", A, REFUSED, fixture_case(99))
    assert run.code == 4, "the service answers 403 for a case that it does not know"
    assert f"{A}  Canceled          Open, Basic Check, sandbox-000000000001\n" in run.stdout
    assert f"{REFUSED}  Pending           Open, Basic Check, sandbox-000000000006\n" in run.stdout
    assert f"{fixture_case(99)}  denied            " in run.stdout
    assert kcase("status", A, REFUSED).code == 0


def test_progress_on_a_terminal_is_a_line_that_goes_away(kcase, sandbox, tmp_path):
    path = tmp_path / "list"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 201)))
    sandbox.fault(kind="slow", on="cancel", delay_ms=100)
    terminal = kcase.at_terminal("cancel", "--from", str(path), "--quiet")
    assert terminal.close() == 0
    assert " of 200, " in terminal.seen and "/s, " in terminal.seen and " left" in terminal.seen
    assert terminal.seen.endswith("\r\x1b[K")


def test_progress_off_a_terminal_is_silent_unless_asked_for(kcase, sandbox, tmp_path):
    path = tmp_path / "list"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 33)))
    assert kcase("cancel", "--from", str(path)).stderr.count("\n") == 2


def test_progress_as_text_is_a_line_now_and_then(kcase, sandbox, tmp_path):
    path = tmp_path / "list"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 25)))
    sandbox.fault(kind="slow", on="cancel", delay_ms=50)
    command = ["cancel", "--from", str(path), "--progress", "text", "--quiet"]
    run = kcase(*command, "--concurrency", "2", KCASE_PROGRESS_INTERVAL="100ms")
    lines = run.stderr.splitlines()
    line = re.compile(r"kcase: (\d+) of 24, \d+ canceled(, \d+/s, \d+ s left)?")
    done = [int(found[1]) for found in map(line.fullmatch, lines) if found]
    assert len(done) == len(lines) >= 2, run.stderr
    assert done == sorted(done) and len(set(done)) > 1
    # Ten seconds are not over, if nobody says otherwise.
    assert kcase(*command).stderr == ""
    run = kcase(*command, KCASE_PROGRESS_INTERVAL="soon")
    assert (run.code, run.stderr) == (
        2,
        "kcase: KCASE_PROGRESS_INTERVAL: write a time as 30, 30s, 500ms or 2m; an hour at most\n",
    )


def test_progress_of_a_list_whose_length_nobody_knows(kcase, sandbox):
    sandbox.fault(kind="slow", on="list", delay_ms=300)
    run = kcase("list", "--progress", "text", KCASE_PROGRESS_INTERVAL="100ms")
    assert "kcase: 0 so far\n" in run.stderr


def test_the_outcomes_are_the_librarys(kcase):
    rows = json.loads(kcase("outcomes", "-o", "json").stdout)
    assert [(row["outcome"], int(row["number"]), int(row["exit_code"])) for row in rows] == [
        ("ok", 0, 0),
        ("canceled", 1, 0),
        ("already_canceled", 2, 0),
        ("refused", 10, 1),
        ("not_found", 11, 1),
        ("denied", 12, 4),
        ("failed", 13, 1),
        ("not_sent", 20, 3),
        ("unknown", 21, 3),
        ("invalid", 30, 2),
    ]
    assert kcase("outcomes").stdout.splitlines()[0] == "OUTCOME           NO.  EXIT  WHAT IT CLAIMS"
    assert len(kcase("outcomes", "-o", "csv").stdout.splitlines()) == 11


# --- kcase check ------------------------------------------------------------------------------------------


def steps(run):
    return {row["step"]: row for row in json.loads(run.stdout)}


def test_check_says_that_all_is_well(kcase):
    run = kcase("check", "-o", "json")
    assert run.code == 0
    assert {row["verdict"] for row in steps(run).values()} == {"ok"}
    assert (
        "credentials    ok         The service answers and accepts the credentials\n" in kcase("check").stdout
    )


@pytest.mark.parametrize(
    ("variables", "step", "code", "advice"),
    [
        ({"KCASE_TOKEN": "wrong-token"}, "credentials", 4, "Get a new token"),
        ({"KCASE_BASE_URL": "http://127.0.0.1:9"}, "connection", 3, "Check the network, a firewall"),
    ],
)
def test_check_names_the_step_that_fails(kcase, variables, step, code, advice):
    run = kcase("check", "-o", "json", **variables)
    assert run.code == code
    found = steps(run)
    assert [row["step"] for row in found.values() if row["verdict"] == "FAILED"] == [step]
    assert advice in found[step]["advice"]
    after = list(found)[list(found).index(step) + 1 :]
    assert all(found[name]["verdict"] == "not tried" for name in after)


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        ({"form": "block_page", "status": 403}, "A firewall or gateway answered"),
        ({"form": "router_page"}, "Is the address right?"),
    ],
)
def test_check_says_who_answered(kcase, sandbox, fault, advice):
    sandbox.fault(kind="answer", on="any", **fault)
    run = kcase("check", "-o", "json")
    assert run.code == 1
    assert steps(run)["answer"]["verdict"] == "FAILED"
    assert advice in steps(run)["answer"]["advice"]
