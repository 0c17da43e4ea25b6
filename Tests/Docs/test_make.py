"""The targets that name others name ones that exist."""

from __future__ import annotations

import os
import subprocess

import pytest
from sandbox import ROOT


@pytest.mark.parametrize("target", ["check", "build", "bench", "endurance"])
def test_every_part_of_a_target_can_be_made(target):
    # What an outer make says of itself does not count here.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
