"""The table of cases that C, Python and Ruby share: Tests/Table/cases.json."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sandbox import TOKEN, Sandbox, fixture_case

import kcase

TABLE = Path(__file__).resolve().parents[3] / "Tests" / "Table" / "cases.json"
ROWS = json.loads(TABLE.read_text(encoding="utf-8"))
CANCELS = [row for row in ROWS if row["operation"] == "cancel"]


def names(rows: list[Any]) -> list[str]:
    return [row["name"] for row in rows]


def prepare(sandbox: Sandbox, row: Any) -> tuple[dict[str, Any], str, dict[str, Any]]:
    for fault in row["faults"]:
        sandbox.fault(**fault)
    config = {"base_url": sandbox.url, "token": TOKEN, **row["config"]}
    case = row.get("case")
    options = dict(row["options"] or {})
    if "timeout_ms" in options:
        options["timeout"] = options.pop("timeout_ms") / 1000
    return config, fixture_case(case) if isinstance(case, int) else case, options


def claims(result: kcase.Result) -> dict[str, Any]:
    return {
        "outcome": str(result.outcome),
        "reason": result.reason,
        "settled": result.settled,
        "retriable": result.retriable,
        "evidence": result.evidence,
        "http_status": result.http_status or 0,
    }


def call(client: kcase.Client, row: Any, case: str, options: dict[str, Any]) -> kcase.Result:
    operation = row["operation"]
    if operation == "check":
        return client.check()
    if operation == "list":
        return client.list(**row["filter"])
    if operation == "cancel_found":
        return client.cancel_found(**row["filter"], **options)
    if operation == "cancel_services":
        return client.cancel_services(case, row["services"], **options)
    if operation == "cancel_search":
        service, search = row["search"]
        return client.cancel_search(f"{case}.{service}", search, **options)
    if operation == "await":
        return client.wait_until(case, options.pop("until"), **options)
    result: kcase.Result = getattr(client, operation)(case, **options)
    return result


def find_out(sandbox: Sandbox, row: Any) -> kcase.Result:
    config, case, options = prepare(sandbox, row)
    try:
        if row["operation"] == "webhook_parse":
            message = row["message"]
            body = message["body"].encode()
            return kcase.webhook_parse(body, message["headers"], message["secrets"], **options)
        with kcase.Client.from_config(config) as client:
            return call(client, row, case, options)
    except kcase.InvalidInput as error:
        assert error.result is not None
        return error.result


def same(value: Any, expected: Any) -> bool:
    """Whether a value is as expected: of an object the members that are given, of a list each item."""
    if isinstance(expected, dict):
        return all(key in value and same(value[key], member) for key, member in expected.items())
    if isinstance(expected, list):
        return len(value) == len(expected) and all(map(same, value, expected))
    return bool(value == expected)


@pytest.fixture(scope="module")
def running_sandbox() -> Iterator[Sandbox]:
    """One whose lists hold the table's cases alone."""
    with closing(Sandbox()) as sandbox:
        yield sandbox


@pytest.mark.parametrize("row", ROWS, ids=names(ROWS))
def test_row(sandbox: Sandbox, row: Any) -> None:
    result = find_out(sandbox, row)
    assert claims(result) == row["expect"]
    assert same(json.loads(result.to_json()), row.get("says", {})), result.to_json()


@pytest.mark.parametrize("row", CANCELS, ids=names(CANCELS))
def test_row_with_asyncio(sandbox: Sandbox, row: Any) -> None:
    config, case, options = prepare(sandbox, row)

    async def cancel() -> kcase.Result:
        async with kcase.AsyncClient.from_config(config) as client:
            return await client.cancel(case, **options)

    try:
        result = asyncio.run(cancel())
    except kcase.InvalidInput as error:
        assert error.result is not None
        result = error.result
    assert claims(result) == row["expect"]


@pytest.mark.parametrize("row", CANCELS, ids=names(CANCELS))
def test_row_among_many(sandbox: Sandbox, row: Any) -> None:
    config, case, options = prepare(sandbox, row)
    tag = options.pop("tag", None)
    try:
        with kcase.Client.from_config(config) as client:
            (result,) = client.cancel_many([(case, tag)], **options)
    except kcase.InvalidInput as error:
        assert error.result is not None
        result = error.result
    assert claims(result) == row["expect"]
