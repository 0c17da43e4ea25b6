"""`python -m kcase` hands over to the command line tool."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import HERE


def run(path: str, library: str = "/nowhere/libkcase.so.1") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path, "KCASE_LIBRARY": library, "PYTHONPATH": str(HERE / "src")}
    command = [sys.executable, "-m", "kcase", "cancel", "a b"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def tool(folder: Path, name: str) -> None:
    folder.mkdir(parents=True)
    (folder / "kcase").write_text(f'#!/bin/sh\necho "{name}: $1, $2"\nexit 3\n')
    (folder / "kcase").chmod(0o755)


def test_the_tool_in_path(tmp_path: Path) -> None:
    tool(tmp_path / "path", "in PATH")
    done = run(f"{tmp_path / 'path'}{os.pathsep}/bin")
    assert (done.stdout, done.returncode) == ("in PATH: cancel, a b\n", 3)


def test_the_one_beside_the_library_comes_first(tmp_path: Path) -> None:
    tool(tmp_path / "path", "in PATH")
    tool(tmp_path / "bin", "beside")
    done = run(str(tmp_path / "path"), str(tmp_path / "lib" / "libkcase.so.1"))
    assert done.stdout == "beside: cancel, a b\n"


def test_where_there_is_none(tmp_path: Path) -> None:
    done = run(str(tmp_path))
    assert done.returncode == 127 and "neither beside the library nor in PATH" in done.stderr
