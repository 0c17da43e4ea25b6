"""The README's first programs, as they stand there."""

from __future__ import annotations

import re

from sandbox import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
# Where those programs look for the service.
ADDRESS = "http://127.0.0.1:8181"


def first_program(language: str) -> str:
    program = re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[0]
    assert ADDRESS in program
    return program
