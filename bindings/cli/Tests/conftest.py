"""Fixtures: a sandbox that is fresh for each test, and the command line set up to ask it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from program import CommandLine
from sandbox import Sandbox

SEEDED_CASES = 3000


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox("--cases", str(SEEDED_CASES))) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def kcase(sandbox: Sandbox, tmp_path: Path) -> CommandLine:
    home = tmp_path / "home"
    home.mkdir()
    command_line = CommandLine(home, sandbox.url)
    command_line.variables["KCASE_BACKOFF_BASE_MS"] = "1"
    command_line.variables["KCASE_SETTLE_MS"] = "1"
    return command_line
