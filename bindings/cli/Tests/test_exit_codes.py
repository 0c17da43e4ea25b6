"""Every exit code, from what really happens."""

from __future__ import annotations

import json
import signal
import time

import pytest
from sandbox import fixture_case, seeded_case


def test_0_all_canceled_now_or_before(kcase, sandbox):
    assert kcase("cancel", fixture_case(1), fixture_case(2)).code == 0
    run = kcase("cancel", fixture_case(1))
    assert run.code == 0
    assert "already_canceled" in run.stdout
    assert sandbox.case(1)["canceled"]


@pytest.mark.parametrize(("case", "outcome"), [(fixture_case(6), "refused"), (fixture_case(99), "not_found")])
def test_1_some_are_not_canceled(kcase, case, outcome):
    run = kcase("cancel", fixture_case(1), case)
    assert run.code == 1
    assert f"{case}  {outcome}" in run.stdout
    assert f"2 cases in {kcase.variables['KCASE_BASE_URL']}: 1 canceled, 1 {outcome}" in run.stderr


def test_1_failed(kcase, sandbox):
    sandbox.fault(kind="status", status=500, on="cancel")
    run = kcase("cancel", fixture_case(1))
    assert (run.code, "failed" in run.stdout) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frob"],
        ["cancel"],
        ["cancel", "--frob"],
        ["cancel", "--timeout", "soon", fixture_case(1)],
        ["cancel", "--output", "xml", fixture_case(1)],
        ["cancel", "not-an-id"],
        ["cancel", "--from", "/no/such/list"],
        ["status", "--concurrency", "0", fixture_case(1)],
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_2_usage(kcase, sandbox, arguments):
    run = kcase(*arguments)
    assert run.code == (0 if not arguments else 2)
    assert sandbox.cases() == []


def test_2_configuration(kcase):
    assert kcase("cancel", fixture_case(1), KCASE_BASE_URL=None).code == 2
    assert kcase("cancel", fixture_case(1), KCASE_TIMEOUT_MS="0").code == 2


def test_3_not_sent_and_unknown(kcase, sandbox):
    run = kcase("cancel", fixture_case(1), KCASE_BASE_URL="http://127.0.0.1:9")
    assert (run.code, "not_sent" in run.stdout) == (3, True)
    sandbox.fault(kind="close_before", on="cancel", effect="none")
    sandbox.fault(kind="status", status=502, on="read")
    run = kcase("cancel", fixture_case(1))
    assert (run.code, "unknown" in run.stdout) == (3, True)
    assert "run the same command again" in run.stderr


def test_3_comes_before_1_and_4(kcase, sandbox):
    """What is not known is the reason to run again, whatever else happened."""
    sandbox.fault(kind="hang", on="cancel", case_id=fixture_case(2), delay_ms=20000)
    sandbox.fault(kind="answer", form="own", status=401, on="cancel", case_id=fixture_case(3))
    arguments = [fixture_case(number) for number in (2, 3, 6)]
    run = kcase("cancel", *arguments, "--timeout", "400ms")
    assert run.code == 3, run.stdout
    assert "denied" in run.stdout


def test_4_denied(kcase):
    run = kcase("cancel", fixture_case(1), KCASE_TOKEN="wrong-token")
    assert (run.code, "denied" in run.stdout) == (4, True)


def test_4_a_list_of_denials_is_stopped(kcase, sandbox, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 1001)))
    run = kcase("cancel", "--from", str(path), "--output", "ndjson", KCASE_TOKEN="wrong-token")
    assert run.code == 4
    summary = json.loads(run.stdout.splitlines()[-1])["summary"]
    assert summary["not_started"] > 900
    assert summary["outcomes"]["denied"] + summary["not_started"] == 1000
    assert "stopped after 25 denials in a row" in run.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_interrupted_it_settles_what_is_in_progress(kcase, sandbox, tmp_path, number, code):
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 1001)))
    sandbox.fault(kind="slow", on="cancel", delay_ms=100)
    process = kcase.start("cancel", "--from", str(path), "--output", "ndjson")
    lines = [process.stdout.readline() for _ in range(20)]
    process.send_signal(number)
    rest, words = process.stdout.read(), process.stderr.read()
    assert process.wait(timeout=30) == code
    *results, summary = [json.loads(line) for line in lines + rest.splitlines()]
    assert {result["outcome"] for result in results} == {"canceled"}
    summary = summary["summary"]
    assert (summary["exit_code"], summary["outcomes"]) == (code, {"canceled": len(results)})
    assert summary["not_started"] == 1000 - len(results) == 1001 - summary["not_started_from_line"]
    assert "stopping: nothing more is sent" in words
    assert f"nothing was sent for line {summary['not_started_from_line']} and those after it" in words
    assert sandbox.totals()["cancels_applied"] == len(results)


def test_a_check_is_interrupted_at_once(kcase, sandbox):
    sandbox.fault(kind="hang", on="any", delay_ms=60000)
    process = kcase.start("check", "--timeout", "80")
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    out, words = process.communicate(timeout=30)
    assert (process.returncode, out, words) == (143, "", "kcase: stopped\n")


def test_a_case_that_is_looked_for_is_settled_first(kcase, sandbox):
    sandbox.fault(kind="hang", on="list", delay_ms=60000)
    process = kcase.start("cancel", "--tracking-code", "sandbox-000000000100", "--timeout", "80")
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    said = "kcase: stopping when this case is settled. Once more ends it at once.\n"
    assert process.stderr.readline() == said
    process.send_signal(signal.SIGINT)
    out, words = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "  not_sent " in out and "1 not_sent" in words
    assert sandbox.totals()["cancel_requests"] == 0


def test_interrupted_twice_it_ends_at_once(kcase, sandbox, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 101)))
    sandbox.fault(kind="hang", on="cancel", delay_ms=20000)
    process = kcase.start("cancel", "--from", str(path), "--output", "ndjson")
    while len(sandbox.cases()) < 16:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert "stopping" in process.stderr.readline() + process.stderr.readline()
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert time.monotonic() - began < 15
    assert process.returncode == 130
    *results, _ = [json.loads(line) for line in out.splitlines()]
    assert {result["outcome"] for result in results} == {"unknown"}
    assert len(results) == 16


def test_a_reader_that_leaves_ends_it_after_settling(kcase, sandbox, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 1001)))
    sandbox.fault(kind="slow", on="cancel", delay_ms=50)
    process = kcase.start("cancel", "--from", str(path))
    for _ in range(5):
        process.stdout.readline()
    process.stdout.close()
    words = process.stderr.read()
    assert process.wait(timeout=30) == 3
    asked, canceled = len(sandbox.cases()), sandbox.totals()["cancels_applied"]
    assert asked == canceled < 500
    assert f"{canceled} canceled, {1000 - canceled} not started" in words


def test_a_full_disk_ends_it(kcase, tmp_path):
    import subprocess

    from program import PROGRAM

    path = tmp_path / "list.txt"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 2001)))
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [PROGRAM, "cancel", "--from", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=kcase.environment(),
            timeout=60,
            check=False,
        )
    assert done.returncode == 3
    assert "standard output: No space left on device" in done.stderr


def test_help_that_cannot_be_written_is_told(kcase):
    import subprocess

    from program import PROGRAM

    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (3, "kcase: standard output: No space left on device\n")


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_what_is_meant_for_a_closed_descriptor_reaches_no_file(kcase, sandbox, tmp_path, closed):
    """The note of the run is the first file that is opened: it had such a number, and got the table."""
    import subprocess

    from program import PROGRAM

    path = tmp_path / "list.txt"
    path.write_text("".join(f"{fixture_case(number)}\n" for number in (1, 2, 6)))
    with open(tmp_path / "out.txt", "w", encoding="utf-8") as out:
        done = subprocess.run(
            ["/bin/bash", "-c", f'exec "$0" cancel --from "$1" {closed}', PROGRAM, str(path)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=kcase.environment(),
            timeout=60,
            check=False,
        )
    # A standard output that is closed is one that cannot be written; the others do no harm.
    assert done.returncode == (3 if "1>&-" in closed else 1)
    assert kcase("resume", "--show").code == 0
    assert {sandbox.case(number)["canceled"] for number in (1, 2)} == {True}
