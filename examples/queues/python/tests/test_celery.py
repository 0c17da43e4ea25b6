"""celery_app.py with a real Redis: every case is canceled once, also when workers are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import BIN, RECIPES, check_ledger, children, running
from kcase.testing import Sandbox

WORKER = ["celery", "--app", "celery_app", "worker", "--concurrency", "4", "--loglevel", "WARNING"]


@pytest.fixture
def celery_app(redis: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("REDIS_URL", "KCASE_BASE_URL", "KCASE_TOKEN", "VISIBILITY_SECONDS"):
        monkeypatch.setenv(name, environment[name])
    monkeypatch.syspath_prepend(str(RECIPES))
    sys.modules.pop("celery_app", None)
    return __import__("celery_app")


def kill_some(worker: subprocess.Popen[bytes], count: int) -> None:
    chance = random.Random(13)
    for _ in range(count):
        time.sleep(chance.uniform(0.3, 1))
        found = children(worker.pid)
        if found:
            os.kill(chance.choice(found), signal.SIGKILL)


@pytest.mark.usefixtures("faults")
def test_every_case_is_canceled_once(
    celery_app: Any, sandbox: Sandbox, environment: dict[str, str], jobs: int, kills: int
) -> None:
    if kills:
        # Long enough that a worker is killed in the middle of a case.
        sandbox.fault(kind="slow", delay_ms=200, on="cancel", times=jobs)
    with running([str(BIN / WORKER[0]), *WORKER[1:]], environment, RECIPES) as worker:
        cases = [sandbox.case(number) for number in range(1, jobs + 1)]
        pending = [celery_app.cancel_case.delay(case) for case in cases]
        # A worker whose processes die while they are started gives up: that is for its supervisor.
        pending[0].get(timeout=60)
        with ThreadPoolExecutor(1) as killer:
            killing = killer.submit(kill_some, worker, kills)
            found = [one.get(timeout=60) for one in pending]
            killing.result()
    assert {one["outcome"] for one in found} <= {"canceled", "already_canceled"}
    check_ledger(sandbox, jobs)


def test_what_a_person_has_to_know_is_not_tried_again(
    celery_app: Any, sandbox: Sandbox, environment: dict[str, str]
) -> None:
    with running([str(BIN / WORKER[0]), *WORKER[1:]], environment, RECIPES):
        pending = [celery_app.cancel_case.delay(case) for case in (sandbox.fixture_case(7), "a/b")]
        found = [one.get(timeout=30) for one in pending]
    assert [one["outcome"] for one in found] == ["refused", "invalid"]
    assert sandbox.ledger(sandbox.fixture_case(7))["cancel_requests"] == 1
