"""gunicorn_app.py and fastapi_app.py: many callers at once, also when workers are killed."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import BIN, RECIPES, check_ledger, children, free_port, running, wait_for_port
from kcase.testing import Sandbox

GUNICORN = ["gunicorn", "--preload", "--workers", "4", "--threads", "4", "gunicorn_app:app", "--bind"]
UVICORN = ["uvicorn", "fastapi_app:app", "--log-level", "warning", "--port"]


def post(port: int, case: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", f"/cases/{case}/cancel")
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


def until_settled(port: int, case: str) -> tuple[int, Any]:
    """As a careful caller asks: again, where the answer says so or does not come."""
    deadline = time.monotonic() + 60
    while True:
        try:
            status, body = post(port, case)
            if status != 503 or time.monotonic() > deadline:
                return status, body
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def cancel_all(port: int, sandbox: Sandbox, jobs: int) -> set[int]:
    cases = [sandbox.case(number) for number in range(1, jobs + 1)]
    with ThreadPoolExecutor(16) as pool:
        return {status for status, _ in pool.map(lambda case: until_settled(port, case), cases)}


@pytest.mark.usefixtures("faults")
def test_gunicorn_with_preload(sandbox: Sandbox, environment: dict[str, str], jobs: int, kills: int) -> None:
    port = free_port()
    words = [str(BIN / GUNICORN[0]), *GUNICORN[1:], f"127.0.0.1:{port}"]
    if kills:
        sandbox.fault(kind="slow", delay_ms=200, on="cancel", times=jobs)
    with running(words, environment, RECIPES) as server, ThreadPoolExecutor(1) as other:
        wait_for_port(port)
        work = other.submit(cancel_all, port, sandbox, jobs)
        chance = random.Random(13)
        for _ in range(kills):
            time.sleep(chance.uniform(0.2, 0.6))
            os.kill(chance.choice(children(server.pid)), signal.SIGKILL)
        assert work.result() == {200}
        assert post(port, sandbox.fixture_case(7))[0] == 409
        assert post(port, sandbox.fixture_case(99))[0] == 404
    check_ledger(sandbox, jobs)


@pytest.mark.usefixtures("faults")
def test_fastapi(sandbox: Sandbox, environment: dict[str, str], jobs: int) -> None:
    port = free_port()
    with running([str(BIN / UVICORN[0]), *UVICORN[1:], str(port)], environment, RECIPES):
        wait_for_port(port)
        assert cancel_all(port, sandbox, jobs) == {200}
        status, body = post(port, sandbox.fixture_case(7))
        assert (status, body["reason"]) == (409, "already_started")
        assert post(port, sandbox.fixture_case(99))[0] == 404
    check_ledger(sandbox, jobs)
