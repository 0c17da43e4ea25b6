"""What the tests and the examples in the docstrings and the README run with."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
os.environ.setdefault("KCASE_LIBRARY", str(HERE.parents[1] / "build" / "lib" / "libkcase.so.1"))
sys.path.insert(0, str(HERE / "tests"))

from sandbox import BINARY, TOKEN, Sandbox, fixture_case

os.environ["KCASE_SANDBOX"] = str(BINARY)

import kcase

pytest_plugins = ["kcase.testing.pytest_plugin"]

CASES = 20_000
SETTLE_MS = 20


def many_case(number: int) -> str:
    """One of the further cases that every one of which can be canceled; from 1."""
    return f"10000000-0000-4000-8000-{number:012}"


class BigSandbox(Sandbox):
    """A sandbox with many cases more."""

    def __init__(self) -> None:
        command = [str(BINARY), "--port", "0", "--cases", str(CASES)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().split()[-1]

    def row(self, case_id: str) -> Any:
        return self._ask("GET", f"/sandbox/ledger/{case_id}")


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[BigSandbox]:
    with closing(BigSandbox()) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: BigSandbox) -> BigSandbox:
    """The sandbox, as at the start."""
    running_sandbox.reset()
    return running_sandbox


@pytest.fixture
def client(sandbox: BigSandbox) -> Iterator[kcase.Client]:
    with kcase.Client(
        base_url=sandbox.url,
        token=TOKEN,
        backoff_base_ms=1,
        backoff_max_ms=1,
        # The sandbox shows at once what it did.
        settle_ms=SETTLE_MS,
        max_attempts=2,
    ) as client:
        yield client


@pytest.fixture(autouse=True)
def examples(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The names that the examples use."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    sandbox = request.getfixturevalue("sandbox")
    client = request.getfixturevalue("client")
    monkeypatch.setenv("KCASE_BASE_URL", sandbox.url)
    monkeypatch.setenv("KCASE_TOKEN", TOKEN)
    doctest_namespace.update(
        asyncio=asyncio,
        os=os,
        kcase=kcase,
        client=client,
        SANDBOX=sandbox.url,
        JOURNAL=str(request.getfixturevalue("tmp_path") / "journal.db"),
        CASE=fixture_case(1),
        STARTED_CASE=fixture_case(7),
        ADVERSE_ACTION_CASE=fixture_case(10),
        MANY_CASES=[many_case(number) for number in range(1, 101)],
    )
    yield
