"""Cases that are found in the service's list."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest
from sandbox import TOKEN, Sandbox
from test_asyncio import client_of

import kcase


def test_cases_are_found(client: kcase.Client, sandbox: Sandbox) -> None:
    result = client.list(limit=3)
    assert result.outcome == "ok" and result.cases is not None and result.listing is not None
    assert len(result.cases) == 3 and result.listing["truncated"]
    assert result.listing["found"] > 1000
    nobody = client.list(api_tracking_code="nobody's", timeout=30)
    assert nobody.cases == [] and nobody.listing is not None and nobody.listing["found"] == 0


@pytest.mark.parametrize(
    "filter",
    [{"candidate_email": None}, {"candidate_email": ""}, {"case_status": "Lost"}, {"emial": "a@b.c"}],
    ids=str,
)
def test_a_criterion_that_is_none_never_means_every_case(
    client: kcase.Client, sandbox: Sandbox, filter: dict[str, Any]
) -> None:
    with pytest.raises(kcase.InvalidInput):
        client.list(**filter)
    with pytest.raises(kcase.InvalidInput):
        client.listing(**filter)
    assert sandbox.totals()["requests"] == 0


def test_times(client: kcase.Client) -> None:
    long_ago = datetime.datetime(2001, 1, 1, tzinfo=datetime.timezone.utc)
    assert client.list(ordered_before=long_ago).cases == []
    assert client.list(ordered_before=datetime.date(2001, 1, 1)).cases == []
    with pytest.raises(ValueError, match="ordered_before: a datetime needs a time zone"):
        client.list(ordered_before=datetime.datetime(2001, 1, 1))


def test_a_listing_gives_every_case(client: kcase.Client) -> None:
    count = 0
    with client.listing() as cases:
        for found in cases:
            assert found.case is not None and found.case_id
            count += 1
    assert count > 1000
    assert cases.result is not None and cases.result.outcome == "ok"
    assert list(cases) == []
    with client.listing() as some:
        next(some)


def test_a_listing_that_is_cut_short_is_an_error(client: kcase.Client, sandbox: Sandbox) -> None:
    sandbox.fault(kind="truncate", on="any")
    with pytest.raises(kcase.KCaseError), client.listing() as cases:
        for _ in cases:
            pass
    assert cases.result is not None and cases.result.outcome == "unknown"


def test_a_case_is_found_and_canceled(client: kcase.Client, sandbox: Sandbox) -> None:
    nobody = client.cancel_found(candidate_email="nobody@example.com", tag="t")
    assert nobody.outcome == "not_found" and nobody.tag == "t"
    with pytest.raises(kcase.NotFound):
        client.cancel_found(api_tracking_code="nobody's", check=True)
    with pytest.raises(kcase.InvalidInput):
        client.cancel_found()
    with pytest.raises(kcase.InvalidInput):
        client.cancel_found(api_tracking_code="a", candidate_email="a@example.com")
    with pytest.raises(kcase.InvalidInput):
        client.cancel_found(api_tracking_code="a", timeout=0)
    assert sandbox.totals()["cancel_requests"] == 0


def test_with_asyncio(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with client_of(sandbox) as client:
            result = await client.list(limit=2)
            assert result.cases is not None and len(result.cases) == 2
            count = 0
            async for found in client.listing(cancelable="likely"):
                assert found.case is not None
                count += 1
                if count == 5:
                    break
            assert (await client.cancel_found(api_tracking_code="nobody's")).outcome == "not_found"

    asyncio.run(main())


def test_a_closed_client(sandbox: Sandbox) -> None:
    client = kcase.Client(base_url=sandbox.url, token=TOKEN)
    client.close()
    for call in (client.list, client.listing, lambda: client.cancel_found(api_tracking_code="a")):
        with pytest.raises(kcase.Closed):
            call()
