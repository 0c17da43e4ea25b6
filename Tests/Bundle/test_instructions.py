"""How many instructions a cancel by the bundle takes, and by a careful loop on the libcurl inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from instructions import figures_of

# How often a program waits for its answer depends on what else the machine does: the least counts.
ROUNDS = 3
# With libcurl's files compiled one by one, each takes about 98,000.
KCASE_MAX = 70_000
CURL_MAX = 72_000
# Runs differ by that much.
RATIO_MAX = 1.03


@pytest.mark.timeout(600)
def test_a_cancel_takes_few_instructions(library: Path, tmp_path: Path) -> None:
    prefix = Path(os.environ["BUNDLE_PREFIX"])
    rounds = [figures_of(library.parents[1], prefix, tmp_path) for _ in range(ROUNDS)]
    least = {name: min(each[name] for each in rounds) for name in rounds[0]}
    assert 10_000 < least["curl"] <= CURL_MAX, least
    assert 10_000 < least["kcase"] <= KCASE_MAX, least
    assert least["kcase"] <= RATIO_MAX * least["curl"], least
