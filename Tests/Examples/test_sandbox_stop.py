"""The sandbox stops when it is told to, however early that is."""

from __future__ import annotations

import signal
import subprocess

import pytest
from sandbox import BINARY

TIMES = 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_right_after_the_first_line_stops_the_sandbox(number: signal.Signals) -> None:
    for _ in range(TIMES):
        with subprocess.Popen([BINARY, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("listening on ")
            process.send_signal(number)
            try:
                assert process.wait(timeout=10) == 0
            finally:
                process.kill()
