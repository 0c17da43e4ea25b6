"""gevent, and trio."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest
import trio
from sandbox import TOKEN, Sandbox, seeded_case

import kcase
from conftest import HERE

GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent, sys, time
import kcase

url, token = sys.argv[1:]
client = kcase.Client(base_url=url, token=token, max_connections=16)
case = lambda number: f"10000000-0000-4000-8000-{number:012}"

def ticks_during(work):
    ticks = 0
    def tick():
        nonlocal ticks
        while True:
            gevent.sleep(0.01)
            ticks += 1
    ticking = gevent.spawn(tick)
    begin = time.monotonic()
    value = work()
    ticking.kill()
    return value, ticks, time.monotonic() - begin

def cancels():
    jobs = [gevent.spawn(client.cancel, case(number)) for number in range(1, 9)]
    return [job.get().outcome for job in jobs]
"""


def with_gevent(sandbox: Sandbox, code: str) -> None:
    """Runs a program in which every wait of Python's is gevent's. Answers take 300 ms."""
    sandbox.fault(kind="slow", delay_ms=300, on="any")
    environment = {**os.environ, "PYTHONPATH": str(HERE / "src")}
    command = [sys.executable, "-c", GEVENT + textwrap.dedent(code), sandbox.url, TOKEN]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_calls_of_greenlets_go_on_side_by_side(sandbox: Sandbox) -> None:
    with_gevent(
        sandbox,
        """
        outcomes, ticks, took = ticks_during(cancels)
        assert outcomes == ["canceled"] * 8, outcomes
        # One after another they would take 2.4 seconds, and nothing would tick.
        assert took < 2 and ticks > 2, (took, ticks)
        """,
    )
    assert all(sandbox.row(seeded_case(number))["canceled"] for number in range(1, 9))


@pytest.mark.parametrize(
    "call", ["client.status(case(1))", "client.check()", "[*client.cancel_many([case(1), case(2)])]"]
)
def test_the_hub_is_not_stalled(sandbox: Sandbox, call: str) -> None:
    with_gevent(
        sandbox,
        f"""
        _, ticks, took = ticks_during(lambda: {call})
        # A hub that is stalled ticks once at most, however busy the machine is.
        assert ticks > 2, (took, ticks)
        """,
    )


def test_a_greenlet_that_is_killed_tells_of_its_case(sandbox: Sandbox) -> None:
    with_gevent(
        sandbox,
        """
        results = []
        client = kcase.Client(base_url=url, token=token, on_result=results.append)
        job = gevent.spawn(client.cancel, case(1))
        gevent.sleep(0.1)
        job.kill()
        assert [result.outcome for result in results] == ["unknown"], results
        """,
    )


def test_under_trio_there_is_a_clear_error(sandbox: Sandbox) -> None:
    client = kcase.AsyncClient(base_url=sandbox.url, token=TOKEN)

    async def main() -> None:
        for call in (client.cancel(seeded_case(1)), client.status(seeded_case(1)), client.check()):
            with pytest.raises(RuntimeError, match=r"needs a running event loop of asyncio\. Under trio"):
                await call
        with pytest.raises(RuntimeError, match="trio"):
            async for _ in client.cancel_many([seeded_case(1)]):
                pass

    trio.run(main)
    assert sandbox.totals()["requests"] == 0


def test_under_trio_a_thread_does_it(sandbox: Sandbox) -> None:
    """The way that the error names."""

    async def main() -> kcase.Result:
        with kcase.Client(base_url=sandbox.url, token=TOKEN) as client:
            return await trio.to_thread.run_sync(client.cancel, seeded_case(1))

    assert trio.run(main).is_canceled
