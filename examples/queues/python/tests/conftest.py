"""What the recipes run beside: the sandbox, Redis, and programs that are stopped again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kcase
import pytest
from kcase.testing import Sandbox

RECIPES = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

#: Answers of every kind that a job may meet, some with an effect and some without; each a few times.
FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 503, "on": "cancel"},
    {"kind": "status", "status": 429, "retry_after": "0", "on": "cancel"},
    {"kind": "reset_before", "on": "cancel"},
    {"kind": "reset_before", "on": "cancel", "effect": "before"},
    {"kind": "slow", "delay_ms": 300, "on": "cancel"},
    {"kind": "status", "status": 500, "on": "read"},
]


@pytest.fixture(scope="session")
def jobs() -> int:
    """How many cases each recipe cancels."""
    return int(os.environ.get("JOBS", "40"))


@pytest.fixture(scope="session")
def kills() -> int:
    """How many workers are killed meanwhile."""
    return int(os.environ.get("KILLS", "0"))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def faults(sandbox: Sandbox, jobs: int) -> None:
    for fault in FAULTS:
        sandbox.fault(**fault, times=max(2, jobs // 20))


@pytest.fixture
def environment(sandbox: Sandbox) -> dict[str, str]:
    """What a recipe finds in its environment."""
    return {
        **os.environ,
        "PYTHONPATH": str(Path(kcase.__file__).resolve().parents[1]),
        "KCASE_BASE_URL": sandbox.url,
        "KCASE_TOKEN": Sandbox.TOKEN,
        "KCASE_SETTLE_MS": "50",
        "KCASE_BACKOFF_BASE_MS": "20",
        "KCASE_FORBID_NETWORK": "1",
        "RETRY_SECONDS": "0.2",
        "VISIBILITY_SECONDS": "5",
    }


@pytest.fixture
def redis(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A Redis of its own, which keeps nothing."""
    port = free_port()
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with running(words, environment, RECIPES):
        wait_for_port(port)
        url = f"redis://127.0.0.1:{port}/0"
        environment["REDIS_URL"] = url
        yield url


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def wait_for_port(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def running(
    command: list[str], environment: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is stopped in the end, with its children."""
    log = Path(os.environ.get("RECIPE_LOGS", "/dev/null"))
    with log.open("ab") as output:
        program = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield program
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGTERM)
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait(10)


def children(process: int) -> list[int]:
    """The worker processes of a program."""
    words = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(word) for word in words.split()]


def check_ledger(sandbox: Sandbox, jobs: int) -> None:
    """Every case was canceled, and once."""
    rows = [sandbox.ledger(sandbox.case(number)) for number in range(1, jobs + 1)]
    assert [row["canceled"] for row in rows] == [True] * jobs
    assert sandbox.ledger()["totals"]["cancels_applied"] == jobs
