"""The client for asyncio."""

from __future__ import annotations

import asyncio
import collections
import os
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sandbox import TOKEN, Sandbox, fixture_case, seeded_case
from test_processes import descriptors, exit_code

import kcase


def client_of(sandbox: Sandbox, **more: Any) -> kcase.AsyncClient:
    return kcase.AsyncClient(base_url=sandbox.url, token=TOKEN, **more)


def test_a_thousand_tasks_of_which_a_hundred_are_canceled(sandbox: Sandbox) -> None:
    sandbox.fault(kind="slow", delay_ms=20, on="cancel")
    late: list[kcase.Result] = []

    async def main() -> tuple[list[Any], int]:
        async with client_of(sandbox, on_late=late.append, max_connections=32) as client:
            files = descriptors()
            tasks = [asyncio.create_task(client.cancel(seeded_case(number))) for number in range(1, 1001)]
            await asyncio.sleep(0.1)
            # Some are under way, some are done, most wait for their turn.
            for task in tasks[::10]:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert threading.active_count() == threads
            # Whatever goes on though its task is gone comes to its end.
            deadline = time.monotonic() + 5
            while len(late) < sum(begun(sandbox, done)) and time.monotonic() < deadline:
                await asyncio.sleep(0.05)
            return done, descriptors() - files

    threads = threading.active_count()
    done, more_files = asyncio.run(main(), debug=False)
    kinds = collections.Counter(
        "abandoned" if isinstance(one, BaseException) else str(one.outcome) for one in done
    )
    assert kinds["abandoned"] > 50 and kinds["canceled"] + kinds["abandoned"] == 1000
    assert more_files < 64
    for number, one in enumerate(done, 1):
        row = sandbox.row(seeded_case(number))
        if isinstance(one, kcase.Result):
            assert one.case_id == seeded_case(number) and row["canceled"]
        elif row["cancel_requests"] > 0:
            assert seeded_case(number) in {result.case_id for result in late}
    assert all(result.outcome is kcase.Outcome.CANCELED for result in late)


def begun(sandbox: Sandbox, done: list[Any]) -> list[bool]:
    """Of the tasks that were canceled, which had a request under way."""
    return [
        sandbox.row(seeded_case(number))["cancel_requests"] > 0
        for number, one in enumerate(done, 1)
        if isinstance(one, BaseException)
    ]


def test_a_case_whose_task_is_cancelled_in_time_is_left_alone(sandbox: Sandbox) -> None:
    sandbox.fault(kind="slow", delay_ms=200, on="cancel")

    async def main() -> None:
        async with client_of(sandbox, max_in_flight=1) as client:
            first = asyncio.create_task(client.cancel(seeded_case(1)))
            second = asyncio.create_task(client.cancel(seeded_case(2)))
            third = asyncio.create_task(client.cancel(seeded_case(3)))
            await asyncio.sleep(0.05)
            second.cancel()
            assert (await first).is_canceled and (await third).is_canceled

    asyncio.run(main())
    assert sandbox.row(seeded_case(2))["cancel_requests"] == 0


def test_the_loop_is_free_meanwhile(sandbox: Sandbox) -> None:
    sandbox.fault(kind="slow", delay_ms=300, on="cancel")

    async def main() -> tuple[kcase.Result, int]:
        async with client_of(sandbox) as client:
            task = asyncio.create_task(client.cancel(seeded_case(1)))
            ticks = 0
            while not task.done():
                await asyncio.sleep(0.01)
                ticks += 1
            return task.result(), ticks

    result, ticks = asyncio.run(main())
    assert result.outcome is kcase.Outcome.CANCELED
    assert ticks > 15


def test_a_waiting_client_costs_nothing(sandbox: Sandbox) -> None:
    """The descriptor is quiet while there is nothing to do."""
    sandbox.fault(kind="slow", delay_ms=1000, on="cancel")

    async def main() -> float:
        async with client_of(sandbox) as client:
            begin = time.process_time()
            await asyncio.gather(*(client.cancel(seeded_case(number)) for number in range(1, 9)))
            return time.process_time() - begin

    assert asyncio.run(main()) < 0.1


def test_timeouts_of_asyncio(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="any")

    async def main() -> None:
        async with client_of(sandbox) as client:
            for call in (client.cancel(seeded_case(1)), client.status(seeded_case(1)), client.check()):
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(call, 0.2)

    begin = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - begin < 3


def test_the_same_case_at_the_same_time(sandbox: Sandbox) -> None:
    async def main() -> list[kcase.Result]:
        async with client_of(sandbox, max_in_flight=4) as client:
            return await asyncio.gather(
                *(client.cancel(fixture_case(1 + number % 2), tag=str(number)) for number in range(20))
            )

    results = asyncio.run(main())
    assert [result.tag for result in results] == [str(number) for number in range(20)]
    counts = collections.Counter(str(result.outcome) for result in results)
    assert counts == {"canceled": 2, "already_canceled": 18}


def test_closing_gives_everybody_a_result(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel")

    async def main() -> list[kcase.Result]:
        client = client_of(sandbox, max_in_flight=2)
        tasks = [asyncio.create_task(client.cancel(seeded_case(number))) for number in range(1, 3)]
        await asyncio.sleep(0.1)
        await client.aclose()
        await client.aclose()
        with pytest.raises(kcase.Closed):
            await client.cancel(seeded_case(9))
        with pytest.raises(kcase.Closed):
            client.cancel_many([])
        return await asyncio.gather(*tasks)

    assert {result.reason for result in asyncio.run(main())} == {"interrupted"}


def test_those_who_wait_for_a_turn_when_it_is_closed(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel")

    async def main() -> list[Any]:
        client = client_of(sandbox, max_in_flight=1)
        tasks = [asyncio.create_task(client.cancel(seeded_case(number))) for number in range(1, 6)]
        tasks += [asyncio.create_task(client.cancel(seeded_case(1)))]
        await asyncio.sleep(0.1)
        await client.aclose()
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)

    first, *others = asyncio.run(main())
    assert first.reason == "interrupted"
    assert all(isinstance(other, kcase.Closed) for other in others)
    assert sandbox.totals()["cancel_requests"] == 1


def test_interrupting(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel")

    async def main() -> kcase.Result:
        async with client_of(sandbox) as client:
            asyncio.get_running_loop().call_later(0.1, client.interrupt)
            return await asyncio.wait_for(client.cancel(seeded_case(1)), 2)

    assert asyncio.run(main()).reason == "interrupted"


def test_readings_and_raising(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with client_of(sandbox) as client:
            assert (await client.status(fixture_case(14))).is_canceled
            assert (await client.check()).outcome == "ok"
            with pytest.raises(kcase.Refused):
                await client.cancel(fixture_case(7), check=True)
            with pytest.raises(TypeError):
                await client.cancel(7)  # type: ignore[arg-type]
        assert client.closed and "closed" in repr(client)

    asyncio.run(main())


def test_one_event_loop_after_the_other(sandbox: Sandbox) -> None:
    client = client_of(sandbox)

    async def main(number: int) -> kcase.Result:
        return await client.cancel(seeded_case(number))

    assert [asyncio.run(main(number)).outcome for number in (1, 2)] == ["canceled"] * 2

    async def both() -> None:
        await client.cancel(seeded_case(3))
        with pytest.raises(RuntimeError, match="another event loop"):
            await asyncio.get_running_loop().run_in_executor(None, asyncio.run, main(4))
        await client.aclose()

    asyncio.run(both())


def test_a_child_makes_its_own(sandbox: Sandbox) -> None:
    client = client_of(sandbox)

    async def main(number: int) -> kcase.Result:
        return await client.cancel(seeded_case(number))

    async def parent() -> None:
        await main(1)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                asyncio._set_running_loop(None)
                code = 0 if asyncio.new_event_loop().run_until_complete(main(2)).is_canceled else 2
            finally:
                os._exit(code)
        assert exit_code(child) == 0
        assert (await main(3)).is_canceled
        await client.aclose()

    asyncio.run(parent())


def test_many(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with client_of(sandbox) as client:
            results = client.cancel_many((seeded_case(number), str(number)) for number in range(1, 501))
            tags = {result.tag async for result in results}
            assert tags == {str(number) for number in range(1, 501)}
            assert results.stats["outcomes"] == {"canceled": 500}

    asyncio.run(main())


def test_many_that_come_with_time(sandbox: Sandbox) -> None:
    sandbox.fault(kind="slow", delay_ms=100, on="cancel")

    async def cases() -> AsyncIterator[str]:
        for number in range(1, 21):
            await asyncio.sleep(0.02)
            yield seeded_case(number)
        raise LookupError("no more")

    async def main() -> None:
        async with client_of(sandbox) as client:
            begin = time.monotonic()
            moments = []
            with pytest.raises(LookupError):
                async for result in client.cancel_many(cases()):
                    assert result.outcome is kcase.Outcome.CANCELED
                    moments.append(time.monotonic() - begin)
            assert len(moments) == 20
            # The first are done while the last are still to come, and no faster than they come.
            assert moments[0] < 0.35 and moments[-1] < 1.5

    asyncio.run(main())


def test_leaving_many_early(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="cancel", case_id=seeded_case(1))

    async def main() -> None:
        async with client_of(sandbox) as client:
            with pytest.raises(LookupError) as caught:
                async with client.cancel_many(map(seeded_case, (1, 2))) as results:
                    raise LookupError((await results.__anext__()).case_id)
            assert caught.value.args == (seeded_case(2),)
            (left,) = caught.value.kcase_results  # type: ignore[attr-defined]
            assert left.case_id == seeded_case(1) and left.reason == "interrupted"
            results = client.cancel_many([seeded_case(1)])
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(results.__anext__(), 0.1)
            assert [result.case_id for result in await results.aclose()] == [seeded_case(1)]
            assert [result async for result in results] == []

    asyncio.run(main())
