"""Fixtures: a sandbox that is fresh for each test, and the command line set up to ask it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from program import CommandLine
from sandbox import Sandbox

pytest_plugins = ["sandbox_fixtures"]

SEEDED_CASES = 3000

# nohup lets programs ignore SIGHUP, and their children, too. One that is caught is as by default there.
signal.signal(signal.SIGHUP, lambda *_: None)


@pytest.fixture(scope="session")
def sandbox_options() -> list[str]:
    return ["--cases", str(SEEDED_CASES)]


@pytest.fixture
def kcase(sandbox: Sandbox, tmp_path: Path) -> CommandLine:
    home = tmp_path / "home"
    home.mkdir()
    command_line = CommandLine(home, sandbox.url)
    command_line.variables["KCASE_BACKOFF_BASE_MS"] = "1"
    command_line.variables["KCASE_SETTLE_MS"] = "1"
    return command_line
