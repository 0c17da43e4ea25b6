"""How the library is found, and which are refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kcase import LibraryError, _library

SOURCES = Path(_library.__file__).resolve().parents[1]


def import_with(library: str, source: Path = SOURCES) -> subprocess.CompletedProcess[str]:
    code = "import kcase; print(kcase.library_version(), kcase._library._library._name)"
    environment = {**os.environ, "KCASE_LIBRARY": library, "PYTHONPATH": str(source)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def test_the_loaders_own_words_are_told() -> None:
    told = import_with("/nowhere/libkcase.so.1").stderr
    assert "LibraryError: kcase: /nowhere/libkcase.so.1 cannot be loaded (KCASE_LIBRARY names it)" in told
    assert "cannot open shared object file" in told


def test_another_library_is_none() -> None:
    assert "libc.so.6 is not libkcase" in import_with("libc.so.6").stderr


def test_the_system_is_asked_last() -> None:
    done = import_with("")
    assert done.returncode == 0 or "libkcase.so.1 cannot be loaded (the package carries none" in done.stderr


def test_the_packaged_one_comes_first(tmp_path: Path) -> None:
    shutil.copytree(SOURCES / "kcase", tmp_path / "kcase")
    (tmp_path / "kcase" / "_lib").mkdir(exist_ok=True)
    shutil.copy(os.environ["KCASE_LIBRARY"], tmp_path / "kcase" / "_lib" / "libkcase.so.1")
    done = import_with("/nowhere/libkcase.so.1", tmp_path)
    assert done.stdout.split()[1:] == [str(tmp_path / "kcase" / "_lib" / "libkcase.so.1")], done.stderr


class Stub:
    """A library of a version."""

    def __init__(self, number: int) -> None:
        def kcase_version_number() -> int:
            return number

        self.kcase_version_number: Any = kcase_version_number


@pytest.mark.parametrize(("number", "version", "which"), [(10009, "1.0.9", "old"), (20000, "2.0.0", "new")])
def test_a_version_that_does_not_fit_is_refused(number: int, version: str, which: str) -> None:
    with pytest.raises(LibraryError) as caught:
        _library.check_version(Stub(number), "/some/libkcase.so.1")  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"kcase: /some/libkcase.so.1 is libkcase {version}, which is too {which}:"
        " kcase 1.2.0 for Python needs 1.2.0 or later, before 2.0.0"
    )


@pytest.mark.parametrize("number", [10200, 10201, 19999])
def test_a_version_that_fits_is_taken(number: int) -> None:
    _library.check_version(Stub(number), "")  # type: ignore[arg-type]


def test_little_is_imported_for_a_cancel() -> None:
    """A program that cancels one case should not wait for what it does not use."""
    code = (
        "import sys; import kcase\n"
        "client = kcase.Client(base_url='http://127.0.0.1:1', token='t', max_attempts=1)\n"
        "print(client.cancel('c').outcome, *sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    command = [sys.executable, "-S", "-c", code]
    found = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert found[0] == "not_sent"
    heavy = {"asyncio", "dataclasses", "inspect", "json", "logging", "pathlib", "re", "typing"}
    assert heavy.isdisjoint(found)
