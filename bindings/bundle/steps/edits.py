"""Changes to the sources of a part, each by a rule: a file, what is found there, and what takes its place."""

from __future__ import annotations

import re
from pathlib import Path

from .shell import stop

Rule = tuple[str, str, str]


def edit(part: str, source: Path, rules: tuple[Rule, ...]) -> None:
    """Every rule has to find something: where a newer source says it another way, the build ends."""
    for name, pattern, replacement in rules:
        file = source / name
        text = file.read_text(encoding="utf-8")
        changed, count = re.subn(pattern, replacement, text, flags=re.MULTILINE | re.DOTALL)
        if count == 0:
            stop(f"{part}'s {name} has nothing like {pattern}")
        file.write_text(changed, encoding="utf-8")
