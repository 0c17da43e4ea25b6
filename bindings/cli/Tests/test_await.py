"""Cases that are waited for."""

from __future__ import annotations

import json
import signal
import threading
import time

import pytest
from sandbox import fixture_case

A, STARTED, COMPLETE, CANCELED = (fixture_case(number) for number in (1, 6, 7, 14))


@pytest.mark.parametrize(
    ("case", "state"),
    [(STARTED, "started"), (COMPLETE, "finished"), (CANCELED, "canceled"), (CANCELED, "finished")],
)
def test_0_it_is_seen_in_the_state(kcase, case, state):
    run = kcase("await", case, "--until", state)
    assert (run.code, case in run.stdout) == (0, True)


def test_1_it_will_not_come_to_that(kcase):
    run = kcase("await", CANCELED, "--until", "started")
    assert (run.code, "already_canceled" in run.stdout) == (1, True)


def test_3_the_time_is_over(kcase):
    run = kcase("await", A, "--until", "canceled", "--timeout", "300ms")
    assert (run.code, "unknown" in run.stdout) == (3, True)


def test_4_denied(kcase):
    assert kcase("await", A, "--until", "canceled", KCASE_TOKEN="wrong-token").code == 4


def test_it_waits_until_then(kcase):
    threading.Timer(0.5, lambda: kcase("cancel", A)).start()
    began = time.monotonic()
    run = kcase("await", A, "--until", "canceled", "-o", "ndjson")
    assert run.code == 0
    assert time.monotonic() - began > 0.4
    assert json.loads(run.stdout.splitlines()[0])["case"]["canceled"] is True


def test_interrupted(kcase, sandbox):
    process = kcase.start("await", A, "--until", "canceled")
    while sandbox.totals()["reads"] == 0:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


def test_2_the_state_must_be_named(kcase):
    assert kcase("await", A).code == 2
    assert kcase("await", A, "--until", "frob").code == 2
