"""Fixtures: a sandbox that is fresh for each test, and the programs set up to call it."""

from __future__ import annotations

import pytest
from programs import PYTHON, RUBY, C, Program
from sandbox import TOKEN, Sandbox

pytest_plugins = ["sandbox_fixtures"]


@pytest.fixture
def settings(sandbox: Sandbox) -> dict[str, str]:
    return {"KCASE_BASE_URL": sandbox.url, "KCASE_TOKEN": TOKEN}


@pytest.fixture(params=[C, PYTHON, RUBY], ids=["c", "python", "ruby"])
def cancel_case(request: pytest.FixtureRequest, settings: dict[str, str]) -> Program:
    """Each of the programs in turn."""
    return Program(request.param, settings)


@pytest.fixture
def programs(settings: dict[str, str]) -> list[Program]:
    """All of the programs, for comparing them."""
    return [Program(command, settings) for command in (C, PYTHON, RUBY)]


@pytest.fixture
def valgrind(settings: dict[str, str]) -> Program:
    """The C program under valgrind: exit code 9 is a leak or an error."""
    options = ["--quiet", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible"]
    return Program(["valgrind", *options, "--error-exitcode=9", *C], settings)
