"""Services and searches of a case, and cases that are awaited."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from sandbox import Sandbox, fixture_case, seeded_case
from test_asyncio import client_of

import kcase


def test_a_case_is_awaited(client: kcase.Client, sandbox: Sandbox) -> None:
    case = seeded_case(1)
    timer = threading.Timer(0.2, lambda: client.cancel(case))
    timer.start()
    found = client.wait_until(case, "canceled", timeout=10, tag="t")
    timer.join()
    assert found.outcome == "ok" and found.tag == "t" and found.is_canceled
    late = client.wait_until(seeded_case(2), "started", timeout=0.2)
    assert late.outcome == "unknown"
    with pytest.raises(kcase.Denied):
        client.wait_until(fixture_case(99), "canceled", timeout=5, check=True)
    with pytest.raises(kcase.InvalidInput, match="until"):
        client.wait_until(case, "gone")  # type: ignore[arg-type]
    assert client.wait_until("a/b", "canceled").outcome == "invalid"


def test_on_another_thread_and_with_asyncio(client: kcase.Client, sandbox: Sandbox) -> None:
    results: list[kcase.Result] = []
    client.cancel(seeded_case(1))
    thread = threading.Thread(target=lambda: results.append(client.wait_until(seeded_case(1), "canceled")))
    thread.start()
    thread.join()
    assert [result.outcome for result in results] == ["ok"]

    async def main() -> None:
        async with client_of(sandbox) as other:
            begin = time.monotonic()
            waiting = asyncio.create_task(other.wait_until(seeded_case(2), "canceled", timeout=10))
            await asyncio.sleep(0.1)
            assert (await other.cancel(seeded_case(2))).is_canceled
            assert (await waiting).outcome == "ok"
            assert time.monotonic() - begin < 9

    asyncio.run(main())


def test_services_of_a_case(client: kcase.Client, sandbox: Sandbox) -> None:
    result = client.cancel_services(
        seeded_case(1), ["service-employment", "service-education"], tag="t", timeout=5
    )
    assert result.tag == "t" and result.services is not None
    assert result.outcome == "canceled"
    assert [service["id"] for service in result.services] == ["service-employment", "service-education"]
    with pytest.raises(kcase.InvalidInput, match="service_ids"):
        client.cancel_services(seeded_case(1), [])
    with pytest.raises(TypeError):
        client.cancel_services(seeded_case(1), "service-mvr")
    with pytest.raises(TypeError):
        client.cancel_services(seeded_case(1), [["service-mvr"]])  # type: ignore[list-item]

    async def main() -> kcase.Result:
        async with client_of(sandbox) as other:
            return await other.cancel_services(seeded_case(2), ["service-mvr"], timeout=5)

    assert asyncio.run(main()).outcome == "already_canceled"


def test_a_search(client: kcase.Client, sandbox: Sandbox) -> None:
    result = client.cancel_search(f"{seeded_case(3)}.service-employment", "search-1", tag="t", timeout=5)
    assert result.tag == "t" and result.raw["search_id"] == "search-1"

    async def main() -> kcase.Result:
        async with client_of(sandbox) as other:
            return await other.cancel_search(f"{seeded_case(3)}.service-employment", "search-1", timeout=5)

    assert result.outcome == "canceled"
    assert asyncio.run(main()).raw["search_id"] == "search-1"
