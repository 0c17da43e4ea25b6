"""What the tests of the journal share: a service, and a place for the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sandbox import Sandbox

CASES = 4000


@pytest.fixture(scope="session")
def service() -> Iterator[Sandbox]:
    with closing(Sandbox("--cases", str(CASES))) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(service: Sandbox) -> Sandbox:
    """The service, with every case as at the start."""
    service.reset()
    return service


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where a journal may be: not the plainest of paths."""
    folder = tmp_path / "a folder with ümlauts"
    folder.mkdir()
    return folder / "the journal's file.db"
