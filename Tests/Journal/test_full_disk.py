"""Processes that are killed while the disk is full: a short run of full_disk.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("full_disk.py")


# A small tmpfs where that is allowed; and what takes its place where it is not.
@pytest.mark.parametrize("environment", [{}, {"KCASE_MOUNTS": "0"}], ids=["tmpfs", "refusing"])
def test_nothing_is_lost_on_a_disk_that_is_full(environment: dict[str, str]):
    command = [sys.executable, str(PROGRAM), "160", "6", "7"]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "no case lost" in done.stdout
