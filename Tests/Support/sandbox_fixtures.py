"""Fixtures of a sandbox, for a suite whose conftest.py has pytest_plugins = ["sandbox_fixtures"].

A suite that wants another sandbox than the plain one has a fixture sandbox_options of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox_options() -> list[str]:
    """What the sandbox is started with."""
    return []


@pytest.fixture(scope="session")
def running_sandbox(sandbox_options: list[str]) -> Iterator[Sandbox]:
    """One for the whole run, as the tests before have left it."""
    with closing(Sandbox(*sandbox_options)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """The same, with everything as at the start."""
    running_sandbox.reset()
    return running_sandbox
