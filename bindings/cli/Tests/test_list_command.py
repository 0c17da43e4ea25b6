"""Cases that are found by what is known of them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time

import pytest
from program import PROGRAM
from sandbox import fixture_case, seeded_case

A = seeded_case(100)
CODE = "sandbox-000000000100"
# Two cases have this one.
AMBIGUOUS = "sandbox-000000000001"


def found(kcase, *arguments):
    run = kcase("list", "-o", "ndjson", *arguments)
    assert run.code == 0, run.stderr
    *cases, last = [json.loads(line) for line in run.stdout.splitlines()]
    assert last["summary"]["cases"] == len(cases)
    return [case["case_id"] for case in cases]


def test_all_of_them(kcase):
    assert len(found(kcase)) > 3000
    run = kcase("list")
    assert run.stdout.splitlines()[0] == "CASE                                  STATE             DETAILS"
    assert run.stderr.endswith(f" cases found in {kcase.variables['KCASE_BASE_URL']}\n")


def test_filtered(kcase):
    assert found(kcase, "--tracking-code", CODE) == [A]
    assert found(kcase, "--tracking-code", "none") == []
    assert fixture_case(7) in found(kcase, "--case-status", "Complete")
    likely = found(kcase, "--cancelable", "--ordered-before", "2026-02-01")
    assert A in likely and fixture_case(7) not in likely
    assert found(kcase, "--secondary-status", "Waiting for Parental Consent") == [fixture_case(3)]


def test_a_list_of_cases_to_cancel(kcase, sandbox):
    """What was found is a list that can be looked at, and then canceled."""
    table = kcase("list", "--cancelable", "--tracking-code", CODE, "-o", "csv").stdout
    run = kcase("cancel", "--from", "-", "--column", "case_id", text=table)
    assert run.code == 0
    assert [case["id"] for case in sandbox.cases() if case["canceled"]] == [A]


@pytest.mark.parametrize(
    "arguments", [["--tracking-code", ""], ["--candidate-email", " "], ["--case-status", "x"]]
)
def test_2_a_criterion_that_is_empty_or_wrong(kcase, arguments):
    assert kcase("list", *arguments).code == 2


def test_3_a_list_that_is_cut_short(kcase, sandbox):
    sandbox.fault(kind="truncate", on="list")
    run = kcase("list", "-o", "ndjson")
    assert run.code == 3
    found = json.loads(run.stdout.splitlines()[-1])["summary"]
    assert found["exit_code"] == 3
    assert run.stderr.endswith(
        f"{found['cases']:,} cases found in {sandbox.url} so far; the list was not read to its end\n"
    )


def test_3_a_reader_that_leaves_is_told_that_it_saw_not_all(kcase, sandbox):
    sandbox.fault(kind="slow", on="list", delay_ms=300)
    process = kcase.start("list", "-o", "ndjson")
    process.stdout.close()
    words = process.stderr.read()
    assert process.wait(timeout=30) == 3
    assert re.fullmatch(
        rf"kcase: [0-9,]+ cases? found in {sandbox.url}, and not all of them could be written"
        r"(; the list was not read to its end)?\n",
        words,
    ), words


def test_3_a_list_that_a_full_disk_cuts_short(kcase, sandbox):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [PROGRAM, "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=kcase.environment(),
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.startswith("kcase: standard output: No space left on device\n")
    assert "and not all of them could be written" in done.stderr


def test_130_a_list_that_is_stopped(kcase, sandbox):
    sandbox.fault(kind="hang", on="list", delay_ms=20000)
    process = kcase.start("list")
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    words = process.stderr.read()
    assert process.wait(timeout=30) == 130
    assert "found in" in words
    assert words.endswith(" before the list was stopped; the list was not read to its end\n")


def test_4_denied(kcase):
    assert kcase("list", KCASE_TOKEN="wrong-token").code == 4


def test_a_case_is_canceled_by_its_tracking_code(kcase, sandbox):
    run = kcase("cancel", "--tracking-code", CODE)
    assert run.code == 0
    assert f"{A}  canceled" in run.stdout
    run = kcase("cancel", "--tracking-code", "none")
    assert (run.code, "not_found" in run.stdout) == (1, True)
    assert sandbox.totals()["cancels_applied"] == 1


def test_none_is_canceled_if_several_are_meant(kcase, sandbox):
    run = kcase("cancel", "--tracking-code", AMBIGUOUS)
    assert (run.code, "refused" in run.stdout) == (1, True)
    assert run.stderr == f"kcase: to see them: kcase list --tracking-code {AMBIGUOUS}\n"
    assert sandbox.totals()["cancel_requests"] == 0


def test_one_way_to_name_cases_at_a_time(kcase):
    run = kcase("cancel", "--tracking-code", CODE, A)
    assert run.code == 2
    assert "--tracking-code finds its case itself: leave ids, --from and --dry-run out" in run.stderr
