"""The table of cases that C, Python and Ruby share: Tests/Table/cases.json."""

from __future__ import annotations

import asyncio
import json
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
    case = row["case"]
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


@pytest.mark.parametrize("row", ROWS, ids=names(ROWS))
def test_row(sandbox: Sandbox, row: Any) -> None:
    config, case, options = prepare(sandbox, row)
    try:
        with kcase.Client.from_config(config) as client:
            if row["operation"] == "check":
                result = client.check()
            else:
                result = getattr(client, row["operation"])(case, **options)
    except kcase.InvalidInput as error:
        assert error.result is not None
        result = error.result
    assert claims(result) == row["expect"]


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
