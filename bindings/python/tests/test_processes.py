"""Threads, forks, and what is left behind."""

from __future__ import annotations

import collections
import gc
import logging
import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sandbox import TOKEN, Sandbox, fixture_case, seeded_case

import kcase

THREADS = 8
CANCELS = 2_000
WORKERS = 4


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def resident_kb() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def test_eight_threads_with_two_thousand_cancels_each(sandbox: Sandbox) -> None:
    files = descriptors()
    with kcase.Client(base_url=sandbox.url, token=TOKEN) as client:

        def work(first: int) -> collections.Counter[str]:
            return collections.Counter(
                str(client.cancel(seeded_case(number)).outcome) for number in range(first, first + CANCELS)
            )

        with ThreadPoolExecutor(THREADS) as pool:
            found = sum(pool.map(work, range(1, THREADS * CANCELS, CANCELS)), collections.Counter[str]())
    assert descriptors() <= files
    assert found == {"canceled": THREADS * CANCELS}
    assert sandbox.totals()["cancels_applied"] >= THREADS * CANCELS


def in_child(work: Any) -> int:
    """Forks; the child does the work. Its process id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if work() else 2
        finally:
            os._exit(code)
    return child


def exit_code(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_four_forked_workers_after_preload(sandbox: Sandbox) -> None:
    """As gunicorn --preload does it: the client is made, and used, before the workers are forked."""
    with kcase.Client(base_url=sandbox.url, token=TOKEN) as client:
        assert client.cancel(seeded_case(20_000)).outcome is kcase.Outcome.CANCELED
        assert client.check().outcome is kcase.Outcome.OK

        def worker(first: int) -> bool:
            one_by_one = [client.cancel(seeded_case(number)).outcome for number in range(first, first + 100)]
            many = client.cancel_many(map(seeded_case, range(first + 100, first + 200)))
            together = [result.outcome for result in many]
            is_read = client.status(seeded_case(first)).is_canceled
            client.close()
            return one_by_one + together == ["canceled"] * 200 and is_read

        children = [in_child(lambda first=first: worker(first)) for first in range(1, WORKERS * 1000, 1000)]
        assert [exit_code(child) for child in children] == [0] * WORKERS
        # The parent's connections are as they were.
        result = client.cancel(seeded_case(19_999))
        assert result.outcome is kcase.Outcome.CANCELED and len(result.attempts) == 1


def last_words(client: kcase.Client, case_id: str) -> bool:
    is_canceled = client.cancel(case_id).outcome is kcase.Outcome.CANCELED
    client.close()
    return is_canceled and client.closed and not client._owned


def test_a_fork_while_other_threads_are_at_work(sandbox: Sandbox) -> None:
    numbers = iter(range(1, 15_000))
    stop = threading.Event()
    outcomes: list[str] = []
    with kcase.Client(base_url=sandbox.url, token=TOKEN) as client:

        def work() -> None:
            while not stop.is_set():
                outcomes.append(client.cancel(seeded_case(next(numbers))).outcome)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for count in range(20):
            assert exit_code(in_child(partial(last_words, client, seeded_case(15_001 + count)))) == 0
        stop.set()
        for thread in threads:
            thread.join()
    assert set(outcomes) == {"canceled"}


def cancel_in_pool(config: dict[str, Any], number: int) -> kcase.Result:
    with kcase.Client.from_config(config) as client:
        return client.cancel(seeded_case(number))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(sandbox: Sandbox, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"base_url": sandbox.url, "token": TOKEN}
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(__import__("sys").path))
    with multiprocessing.get_context(method).Pool(2) as pool:
        results = pool.starmap(cancel_in_pool, [(config, number) for number in range(1, 9)])
    assert [result.case_id for result in results] == [seeded_case(number) for number in range(1, 9)]
    assert {result.outcome for result in results} == {kcase.Outcome.CANCELED}


def test_nothing_is_left_behind(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="kcase")  # What is captured is kept.

    def round_trip() -> None:
        with kcase.Client(base_url=sandbox.url, token=TOKEN) as client:
            for _ in range(20):
                client.cancel(fixture_case(7)).to_json()
                client.cancel("a/b")
            client.status(fixture_case(7))
            sum(result.settled for result in client.cancel_many([fixture_case(7)] * 20))
            next(client.cancel_many([fixture_case(7)] * 20))
        try:
            kcase.Client(base_url=sandbox.url)
        except kcase.InvalidInput:
            pass

    for _ in range(20):
        round_trip()
    gc.collect()
    files, memory = descriptors(), resident_kb()
    for _ in range(150):
        round_trip()
    gc.collect()
    assert descriptors() <= files
    assert resident_kb() - memory < 2_000


def test_a_client_that_is_forgotten_is_freed(sandbox: Sandbox) -> None:
    files = descriptors()
    for _ in range(10):
        client = kcase.Client(base_url=sandbox.url, token=TOKEN)
        client.cancel(fixture_case(7))
        del client
    gc.collect()
    assert descriptors() <= files


def test_the_memory_of_many_is_bounded(sandbox: Sandbox) -> None:
    with kcase.Client(base_url=sandbox.url, token=TOKEN) as client:
        cases = (seeded_case(number) for number in range(1, 20_001))
        counts: collections.Counter[str] = collections.Counter()
        memory = 0
        for number, result in enumerate(client.cancel_many(cases)):
            counts[str(result.outcome)] += 1
            if number == 2_000:
                memory = resident_kb()
        assert counts == {"canceled": 20_000}
        assert resident_kb() - memory < 4_000
