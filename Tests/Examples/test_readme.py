"""The README's first programs do what the README says, as they stand there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from readme import ADDRESS, README, first_program
from sandbox import ROOT, Sandbox

LANGUAGES = {
    "c": ("first.c", ["./first"]),
    "python": ("first.py", [sys.executable, "first.py"]),
    "ruby": ("first.rb", ["ruby", "first.rb"]),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("language", LANGUAGES)
def test_first_program(language: str, sandbox: Sandbox, tmp_path: Path) -> None:
    name, command = LANGUAGES[language]
    program = first_program(language)
    (tmp_path / name).write_text(program.replace(ADDRESS, sandbox.url), encoding="utf-8")
    (tmp_path / "build").symlink_to(ROOT / "build")
    if language == "c":
        build = re.search(r"`(cc first\.c .*?) && \./first`", README)
        assert build is not None
        subprocess.run(build[1], shell=True, cwd=tmp_path, check=True)
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert (run.stdout, run.stderr, run.returncode) == ("canceled: The case is canceled.\n", "", 0)


def test_the_headers_functions_are_counted_right() -> None:
    header = (ROOT / "include/kcase.h").read_text(encoding="utf-8")
    functions = re.findall(r"^[a-z].*\bkcase_\w+\(", header, re.MULTILINE)
    words = {53: "Fifty-three", 54: "Fifty-four", 55: "Fifty-five"}
    assert f"{words[len(functions)]} functions" in README
