"""A cancel by the bundle takes no more instructions than by a careful loop on the libcurl inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from instructions import per_cancel

# How often a program waits for its answer depends on what else the machine does: the least counts.
ROUNDS = 3


@pytest.mark.timeout(600)
def test_a_cancel_costs_no_more_than_the_careful_loop(library: Path, tmp_path: Path) -> None:
    prefix = Path(os.environ["BUNDLE_PREFIX"])
    rounds = [per_cancel(library.parents[1], prefix, tmp_path) for _ in range(ROUNDS)]
    least = {name: min(each[name] for each in rounds) for name in rounds[0]}
    print(f"instructions per cancel: {least}")
    assert least["curl"] > 10_000
    assert least["kcase"] <= least["curl"]
