"""A token is nowhere but in the request: not in argv, not in a child's environment, an output or a report."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from program import PROGRAM
from sandbox import seeded_case

CANARY = "canary-5c1b7f3a9d24-token"


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "list"
    path.write_text("".join(f"{seeded_case(number)}\n" for number in range(1, 41)))
    return str(path)


def proc(pid: int, name: str) -> bytes:
    return Path(f"/proc/{pid}/{name}").read_bytes()


def test_a_canary_is_nowhere(kcase, sandbox, tmp_path, listed):
    token = tmp_path / "token"
    token.write_text(CANARY)
    sandbox.fault(kind="slow", on="cancel", delay_ms=300)
    report = tmp_path / "report.html"
    command = [PROGRAM, "cancel", "--from", listed, "--token-file", str(token), "-o", "ndjson"]
    with subprocess.Popen(
        [*command, "--report", str(report), "--progress", "text"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=kcase.environment(KCASE_TOKEN=None),
    ) as process:
        while not sandbox.cases():
            time.sleep(0.02)
        assert CANARY.encode() not in proc(process.pid, "cmdline") + proc(process.pid, "environ")
        children = proc(process.pid, f"task/{process.pid}/children")
        assert children == b"", "it starts no other program"
        out, words = process.communicate(timeout=60)
    assert CANARY.encode() not in out + words
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != token]
    assert report in written and report.with_suffix(".csv") in written
    for path in written:
        assert CANARY.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    "arguments",
    [
        ["config"],
        ["config", "-o", "json"],
        ["check"],
        ["cancel", "x"],
        ["cancel", "--frob"],
        ["status", seeded_case(1)],
        ["--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_no_output_shows_a_secret(kcase, arguments):
    secrets = {
        "KCASE_TOKEN": CANARY,
        "KCASE_CLIENT_KEY_PASSWORD": CANARY + "-p",
        "KCASE_PROXY": None,
    }
    run = kcase(*arguments, **secrets)
    assert "canary" not in run.stdout + run.stderr


def test_a_proxys_password_is_not_shown(kcase):
    run = kcase("config", "-o", "json", "--proxy", "http://user:canary@proxy.example:3128")
    assert "canary" not in run.stdout
    assert "http://***@proxy.example:3128" in run.stdout


def test_a_secret_under_a_misspelled_name_is_not_shown(kcase):
    path = kcase.home / "c.json"
    path.write_text('{"tokem": "canary"}')
    run = kcase("config", "-o", "json", "--config", str(path))
    assert "canary" not in run.stdout
