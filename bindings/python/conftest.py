"""What the tests and the examples in the docstrings and the README run with."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
os.environ.setdefault("KCASE_LIBRARY", str(HERE.parents[1] / "build" / "lib" / "libkcase.so.1"))
sys.path.insert(0, str(HERE / "tests"))

from sandbox import BINARY, TOKEN, Sandbox, fixture_case, seeded_case

os.environ["KCASE_SANDBOX"] = str(BINARY)

import kcase

pytest_plugins = ["sandbox_fixtures", "kcase.testing.pytest_plugin"]

CASES = 20_000
SETTLE_MS = 20


@pytest.fixture(scope="session")
def sandbox_options() -> list[str]:
    return ["--cases", str(CASES)]


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[kcase.Client]:
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
        MANY_CASES=[seeded_case(number) for number in range(1, 101)],
    )
    yield
