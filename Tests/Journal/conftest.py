"""What the tests of the journal share: a service, and a place for the file."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["sandbox_fixtures"]

CASES = 4000


@pytest.fixture(scope="session")
def sandbox_options() -> list[str]:
    return ["--cases", str(CASES)]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where a journal may be: not the plainest of paths."""
    folder = tmp_path / "a folder with ümlauts"
    folder.mkdir()
    return folder / "the journal's file.db"
