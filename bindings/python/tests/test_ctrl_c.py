"""Ctrl-C in each call that blocks: heard within 100 ms, and no case is forgotten."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from sandbox import TOKEN, Sandbox, fixture_case, seeded_case

from conftest import HERE

#: What is promised, and what this machine may add to it while it is busy.
PROMISED_SECONDS = 0.1
MARGIN_SECONDS = 0.1

PROGRAM = """
import asyncio, json, os, sys, threading, time
import kcase

config = {{"base_url": {url!r}, "token": {token!r}}}
case = {case!r}

def claims(result):
    return [result.case_id, str(result.outcome), result.reason]

def tell(stop):
    told = {{"at": time.monotonic(), "kind": type(stop).__name__}}
    if hasattr(stop, "kcase_result"):
        told["result"] = claims(stop.kcase_result)
    if hasattr(stop, "kcase_results"):
        told["results"] = [claims(result) for result in stop.kcase_results]
    return told

print("ready", flush=True)
client = kcase.Client(**config)
try:
    {call}
except KeyboardInterrupt as stop:
    told = tell(stop)
client.close()
told["threads"] = threading.active_count()
print(json.dumps(told))
"""


def interrupted(sandbox: Sandbox, call: str, after: float = 0.4, case: str = seeded_case(1)) -> Any:
    """What a program told, that was interrupted during the call, and how long that took."""
    code = PROGRAM.format(url=sandbox.url, token=TOKEN, case=case, call=call)
    environment = {**os.environ, "PYTHONPATH": str(HERE / "src")}
    program = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    time.sleep(after)
    sent = time.monotonic()
    program.send_signal(signal.SIGINT)
    told, complaint = program.communicate(timeout=20)
    assert program.returncode == 0, complaint
    answer = json.loads(told)
    # The clock is the machine's: the same in both processes.
    assert answer["at"] - sent < PROMISED_SECONDS + MARGIN_SECONDS
    return answer


@pytest.mark.parametrize("kind", ["hang", "slow"])
def test_in_a_cancel(sandbox: Sandbox, kind: str) -> None:
    sandbox.fault(kind=kind, on="cancel", delay_ms=20_000)
    told = interrupted(sandbox, "client.cancel(case)")
    assert told["result"] == [seeded_case(1), "unknown", "interrupted"]
    assert sandbox.row(seeded_case(1))["cancel_requests"] == 1


def test_in_a_wait_between_attempts(sandbox: Sandbox) -> None:
    sandbox.fault(kind="status", status=429, retry_after="20", on="cancel")
    told = interrupted(sandbox, "client.cancel(case)")
    assert told["result"][:2] in ([seeded_case(1), "failed"], [seeded_case(1), "unknown"])


@pytest.mark.parametrize(
    "call",
    [
        "client.status(case)",
        "client.check()",
        "client.list()",
        "next(client.listing())",
        "client.wait_until(case, 'started')",
    ],
)
def test_in_a_reading(sandbox: Sandbox, call: str) -> None:
    sandbox.fault(kind="hang", on="any")
    assert "result" not in interrupted(sandbox, call)


def test_in_a_call_that_changes_something(sandbox: Sandbox) -> None:
    """It is ended, and its result is there."""
    sandbox.fault(kind="hang", on="any")
    told = interrupted(sandbox, "client.cancel_found(candidate_email='a@example.com')")
    assert told["result"][1:] == ["not_sent", "interrupted"]
    services = interrupted(sandbox, "client.cancel_services(case, ['service-mvr'])")
    assert services["result"][1] in ("not_sent", "unknown")
    assert services["threads"] == 1


def test_in_many(sandbox: Sandbox) -> None:
    for number in (1, 2, 3):
        sandbox.fault(kind="hang", on="cancel", case_id=seeded_case(number))
    call = f"list(client.cancel_many({list(map(seeded_case, range(1, 11)))!r}))"
    told = interrupted(sandbox, call)
    assert sorted(told["results"]) == [
        [seeded_case(number), "unknown", "interrupted"] for number in (1, 2, 3)
    ]


def test_in_a_loop_over_fast_answers(sandbox: Sandbox) -> None:
    """However the signal falls, the case that it fell on has its result."""
    call = (
        "last = 0\n"
        "    for number in range(1, 20001):\n"
        "        last = number\n"
        "        client.cancel(f'10000000-0000-4000-8000-{number:012}')"
    )
    told = interrupted(sandbox, call, after=0.3)
    if "result" in told:
        assert told["result"][1] in ("canceled", "not_sent", "unknown")


def test_in_the_source_of_many(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel")
    call = "list(client.cancel_many(time.sleep(20) or case if n else case for n in range(2)))"
    told = interrupted(sandbox, call)
    assert [result[0] for result in told["results"]] == [seeded_case(1)]


def test_in_asyncio(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel")
    call = (
        "async def main():\n"
        "        async with kcase.AsyncClient(**config) as client:\n"
        "            await client.cancel(case)\n"
        "    asyncio.run(main())"
    )
    interrupted(sandbox, call)


def test_other_threads_are_left_alone(sandbox: Sandbox) -> None:
    """What is interrupted is the main thread's call, and not what others do with the same client."""
    sandbox.fault(kind="slow", delay_ms=1500, on="cancel", case_id=fixture_case(1), effect=True)
    sandbox.fault(kind="hang", on="any", case_id=seeded_case(1))
    call = (
        "other = []\n"
        "    thread = threading.Thread(target=lambda: other.append(client.cancel(%r)))\n"
        "    thread.start()\n"
        "    try: client.%s(case)\n"
        "    finally: at = time.monotonic(); thread.join(); time.monotonic = lambda: at; "
        "assert other[0].outcome == 'canceled', other"
    )
    for operation in ("cancel", "status"):
        interrupted(sandbox, call % (fixture_case(1), operation))
        sandbox.reset()
        sandbox.fault(kind="slow", delay_ms=1500, on="cancel", case_id=fixture_case(1), effect=True)
        sandbox.fault(kind="hang", on="any", case_id=seeded_case(1))


def test_a_handler_that_does_not_raise_changes_nothing(sandbox: Sandbox) -> None:
    import kcase

    sandbox.fault(kind="slow", delay_ms=400, on="cancel")
    heard: list[float] = []
    client = kcase.Client(base_url=sandbox.url, token=TOKEN)
    inner: list[kcase.Result] = []

    def hear(*_: object) -> None:
        heard.append(time.monotonic())
        inner.append(client.cancel("a/b"))  # A call within the call.

    before = signal.signal(signal.SIGALRM, hear)
    try:
        begin = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        result = client.cancel(seeded_case(1))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert result.outcome is kcase.Outcome.CANCELED
    assert 0.1 <= heard[0] - begin < 0.1 + PROMISED_SECONDS + MARGIN_SECONDS
    assert [other.outcome for other in inner] == ["invalid"]
    client.close()


def test_a_signal_that_comes_with_the_answer_loses_nothing(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Again and again, at every moment of a call: what became of the case is known, or it was never begun.

    When the signal comes in the moment in which the call returns, the result is in the log alone.
    """
    import kcase

    class Alarm(Exception):
        pass

    def ring(*_: object) -> None:
        raise Alarm

    interrupted_calls = only_logged = 0
    caplog.set_level(logging.INFO, logger="kcase")
    before = signal.signal(signal.SIGALRM, ring)
    try:
        with kcase.Client(base_url=sandbox.url, token=TOKEN) as client:
            client.cancel(seeded_case(1))
            for number in range(2, 302):
                case = seeded_case(number)
                result = None
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.00002 + (number % 60) * 0.00002)
                    result = client.cancel(case)
                except Alarm as stop:
                    interrupted_calls += 1
                    result = getattr(stop, "kcase_result", None)
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                except Alarm:
                    pass
                row = sandbox.row(case)
                if result is None:
                    only_logged += caplog.text.count(case)
                    assert row["cancel_requests"] == 0 or case in caplog.text, f"{case} is forgotten"
                else:
                    assert result.case_id == case
                    assert row["canceled"] or result.outcome in ("unknown", "not_sent")
                    assert not row["canceled"] or result.outcome in ("unknown", "canceled")
            assert client.cancel(seeded_case(1)).outcome is kcase.Outcome.ALREADY_CANCELED
    finally:
        signal.signal(signal.SIGALRM, before)
    assert interrupted_calls > 20
    assert only_logged < 10
