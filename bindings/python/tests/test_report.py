"""What is told of each result: in the log, and to on_result."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from sandbox import TOKEN, Sandbox, fixture_case, seeded_case
from test_asyncio import client_of

import kcase
from conftest import SETTLE_MS


def formatted(record: logging.LogRecord) -> str:
    """What a JSON formatter writes: every attribute of the record."""
    return json.dumps(record.__dict__, default=lambda value: getattr(value, "raw", repr(value)))


def personal_words(result: kcase.Result) -> set[str]:
    assert result.case is not None
    keys = [key for key in result.case if "name" in key.lower() or "email" in key.lower()]
    return {str(result.case[key]) for key in keys if len(str(result.case[key])) > 2}


def test_no_record_has_personal_data(client: kcase.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="kcase")
    case = fixture_case(7)
    results = [
        client.cancel(case, personal_data=True),
        client.status(case, personal_data=True),
        *client.cancel_many([case], personal_data=True),
    ]
    words = set().union(*map(personal_words, results))
    assert words
    assert len(caplog.records) == 3
    for record in caplog.records:
        text = formatted(record)
        assert not [word for word in words if word in text]
        for name, value in record.__dict__.items():
            assert type(value) in (str, int, float, bool, type(None), tuple), name
        assert all(type(argument) in (str, int) for argument in record.args or ())


def test_a_record_has_what_is_searched_for(client: kcase.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="kcase")
    client.cancel(fixture_case(7), tag="row 17")
    (record,) = caplog.records
    told = {name[6:]: value for name, value in record.__dict__.items() if name.startswith("kcase_")}
    assert told.pop("elapsed_ms") >= SETTLE_MS // 2 - SETTLE_MS
    assert told == {
        "operation": "cancel",
        "case_id": fixture_case(7),
        "outcome": "refused",
        "reason": "already_started",
        "evidence": "read_back",
        "http_status": 422,
        "requests": 2,
        "environment": "custom",
        "tag": "row 17",
    }
    assert record.name == "kcase" and record.levelno == logging.INFO
    assert caplog.text.count("\n") == 1


def test_each_result_is_given_to_the_hook(sandbox: Sandbox) -> None:
    told: list[kcase.Result] = []
    with kcase.Client(base_url=sandbox.url, token=TOKEN, on_result=told.append) as client:
        results = [client.cancel(seeded_case(1)), client.status(seeded_case(1)), client.check()]
        results += client.cancel_many(map(seeded_case, range(2, 12)))
        assert [id(one) for one in told] == [id(one) for one in results]
        told.clear()
        # What nobody receives is told, too.
        sandbox.fault(kind="hang", on="cancel", case_id=seeded_case(20))
        some = client.cancel_many([seeded_case(20), seeded_case(21)])
        next(some)
        left = some.close()
        assert [one.case_id for one in told] == [seeded_case(21), seeded_case(20)]
        assert told[1] is left[0]


def test_each_result_is_given_to_the_hook_of_asyncio(sandbox: Sandbox) -> None:
    told: list[kcase.Result] = []
    late: list[kcase.Result] = []

    async def main() -> None:
        async with client_of(sandbox, on_result=told.append, on_late=late.append) as client:
            results = [await client.cancel(seeded_case(1)), await client.status(seeded_case(1))]
            results.append(await client.check())
            results += [result async for result in client.cancel_many(map(seeded_case, range(2, 12)))]
            assert told == results
            sandbox.fault(kind="hang", on="cancel")
            task = asyncio.create_task(client.cancel(seeded_case(20)))
            await asyncio.sleep(0.1)
            task.cancel()
            told.clear()
        assert [one.case_id for one in told] == [seeded_case(20)] == [one.case_id for one in late]

    asyncio.run(main())


def test_a_hook_that_raises_loses_nothing(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    def hook(result: kcase.Result) -> None:
        raise LookupError(result.case_id)

    with kcase.Client(base_url=sandbox.url, token=TOKEN, on_result=hook) as client:
        assert client.cancel(seeded_case(1)).is_canceled
        assert [result.is_canceled for result in client.cancel_many([seeded_case(2)])] == [True]
    assert "on_result raised" in caplog.text and "LookupError" in caplog.text


def test_ctrl_c_in_the_hook_is_heard(sandbox: Sandbox) -> None:
    def hook(result: kcase.Result) -> Any:
        raise KeyboardInterrupt

    with kcase.Client(base_url=sandbox.url, token=TOKEN, on_result=hook) as client:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.cancel(seeded_case(1))
        assert caught.value.kcase_result.is_canceled  # type: ignore[attr-defined]
