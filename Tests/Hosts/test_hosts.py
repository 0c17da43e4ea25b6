"""The programs of examples/hosts, in languages that need only the installed headers and the library."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from sandbox import ROOT, TOKEN, Sandbox, fixture_case

BUILD = Path(os.environ["BUILD"])
EXAMPLES = ROOT / "examples/hosts"
PROGRAMS = {
    "cobol": [str(BUILD / "bin/cancel_case_cobol")],
    "luajit": ["luajit", str(EXAMPLES / "cancel_case.lua")],
    "php": ["php", str(EXAMPLES / "cancel_case.php")],
}
LIMIT_S = 30


@pytest.fixture
def environment(sandbox: Sandbox, tmp_path: Path) -> dict[str, str]:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"base_url": sandbox.url, "token": TOKEN, "settle_ms": 20}))
    return {
        **os.environ,
        "KCASE_CONFIG": str(config),
        "KCASE_FFI_HEADER": str(ROOT / "include/kcase.ffi.h"),
        "KCASE_LIBRARY": str(BUILD / "lib/libkcase.so.1"),
    }


@pytest.fixture(params=PROGRAMS)
def command(request: pytest.FixtureRequest) -> list[str]:
    return PROGRAMS[request.param]


def run(command: list[str], case_id: str, environment: dict[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(
        [*command, case_id], env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("case_id", "code", "words"),
    [
        (fixture_case(1), 0, "canceled: The case is canceled."),
        (fixture_case(14), 0, "canceled: The case was canceled already."),
        (fixture_case(7), 1, "not canceled: Cannot cancel a case that has already started."),
        (fixture_case(99), 1, "not canceled: There is no such case for these credentials."),
        (fixture_case(15), 3, "not settled: You do not have access to case"),
        ("a b", 1, "not canceled: case_id: must not hold a space"),
        ("", 1, "not canceled: case_id: must not be empty"),
    ],
)
def test_each_outcome_is_told(command, environment, case_id, code, words):
    found, stdout, stderr = run(command, case_id, environment)
    assert (found, stderr) == (code, "")
    assert stdout.startswith(words)
    assert TOKEN not in stdout


def test_the_case_is_canceled_once(command, environment, sandbox):
    assert run(command, fixture_case(2), environment)[0] == 0
    assert sandbox.case(2)["cancel_requests"] == 1


def test_a_configuration_that_is_not_there_is_told(command, environment):
    code, stdout, stderr = run(command, fixture_case(1), {**environment, "KCASE_CONFIG": "/nowhere"})
    assert (code, stdout, stderr.strip()) == (2, "", "path: there is no such file")


def test_php_hears_an_interrupt_while_it_waits(environment, sandbox):
    sandbox.fault(kind="hang", on="cancel", delay_ms=20000)
    process = subprocess.Popen(
        [*PROGRAMS["php"], fixture_case(3)], env=environment, stdout=subprocess.PIPE, text=True
    )
    while sandbox.case(3)["cancel_requests"] == 0:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 3
    assert stdout.startswith("not settled: ")
