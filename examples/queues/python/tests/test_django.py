"""The command of the Django project: stopped in the middle and run again, every case is canceled once."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import RECIPES, check_ledger
from kcase.testing import Sandbox

PROJECT = RECIPES / "django_project"


@pytest.fixture
def case_list(sandbox: Sandbox, jobs: int, tmp_path: Path) -> Path:
    path = tmp_path / "cases.txt"
    path.write_text("".join(sandbox.case(number) + "\n" for number in range(1, jobs + 1)))
    return path


def command(*words: str) -> list[str]:
    return [sys.executable, "manage.py", "cancel_cases", *words]


@pytest.mark.usefixtures("faults")
def test_a_list(sandbox: Sandbox, environment: dict[str, str], case_list: Path, jobs: int) -> None:
    done = subprocess.run(
        command(str(case_list)), env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    outcomes = [line.split("\t")[1] for line in done.stdout.splitlines()]
    assert len(outcomes) == jobs, done.stderr
    again = subprocess.run(
        command(str(case_list)), env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert again.returncode == 0, again.stderr
    check_ledger(sandbox, jobs)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=str)
def test_one_that_is_stopped_and_run_again(
    sandbox: Sandbox, environment: dict[str, str], case_list: Path, jobs: int, stop: signal.Signals
) -> None:
    sandbox.fault(kind="slow", delay_ms=300, on="cancel", times=jobs)
    words = command(str(case_list), "--in-flight", "4")
    first = subprocess.Popen(
        words, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert first.stdout is not None
    lines = [first.stdout.readline()]
    first.send_signal(stop)
    rest, told = first.communicate(timeout=30)
    lines += rest.splitlines(keepends=True)
    if stop == signal.SIGINT:
        assert first.returncode == 130 and "run the command again" in told
        # Nothing that was begun is without a line.
        begun = {case["id"] for case in sandbox.ledger()["cases"] if case["cancel_requests"]}
        assert begun <= {line.split("\t")[0] for line in lines}
    done = subprocess.run(words, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    check_ledger(sandbox, jobs)


def test_a_killed_run_is_finished_by_its_journal(
    sandbox: Sandbox, environment: dict[str, str], case_list: Path, tmp_path: Path
) -> None:
    environment["KCASE_JOURNAL"] = str(tmp_path / "journal.db")
    sandbox.fault(kind="hang", on="cancel", times=4)
    first = subprocess.Popen(
        command(str(case_list), "--in-flight", "4"), env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 20
    while sandbox.ledger()["totals"]["cancel_requests"] < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    begun = {case["id"] for case in sandbox.ledger()["cases"] if case["cancel_requests"]}
    first.kill()
    first.wait()
    assert begun
    empty = tmp_path / "empty.txt"
    empty.touch()
    done = subprocess.run(
        command(str(empty)), env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert begun <= {line.split("\t")[0] for line in done.stdout.splitlines()}, done.stderr
    assert all(sandbox.ledger(case)["canceled"] for case in begun)


def test_what_is_left_is_said(sandbox: Sandbox, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command("-"),
        input=f"{sandbox.fixture_case(1)}\n{sandbox.fixture_case(7)}\n",
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "1 cases are not canceled" in done.stderr
    assert f"{sandbox.fixture_case(7)}\trefused\t" in done.stdout
