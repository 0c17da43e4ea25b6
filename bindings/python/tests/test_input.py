"""What is a case and what is not; options and configurations."""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sandbox import API_KEY, CLIENT_ACCESS_TOKEN, TOKEN, Sandbox, fixture_case, seeded_case
from test_asyncio import client_of

import kcase
from kcase import testing

NO_CASES: list[Any] = [
    ["a", "b"],
    {"a": "b"},
    ("a",),
    ("a", "b", "c"),
    ("a", 7),
    (7, "a"),
    7,
    None,
    b"a",
    [seeded_case(1), "row 1"],
]


@pytest.mark.parametrize("item", NO_CASES, ids=repr)
def test_what_is_no_case_is_raised_with_its_position(
    client: kcase.Client, sandbox: Sandbox, item: Any
) -> None:
    found = []
    with pytest.raises(TypeError, match="^case 3 of cases: "):
        for result in client.cancel_many([seeded_case(1), (seeded_case(2), "two"), item, seeded_case(3)]):
            found.append(result.case_id)
    # What was begun has its result, and nothing else was begun.
    assert sorted(filter(None, found)) == [seeded_case(1), seeded_case(2)]
    assert sandbox.totals()["cancel_requests"] == 2


@pytest.mark.parametrize(
    "cases", [seeded_case(1), b"a", bytearray(b"a"), {seeded_case(1): "row 1"}, 7, None], ids=repr
)
def test_what_is_no_source_is_raised_before_anything_is_sent(
    client: kcase.Client, sandbox: Sandbox, cases: Any
) -> None:
    with pytest.raises(TypeError):
        client.cancel_many(cases)

    async def main() -> None:
        async with client_of(sandbox) as other:
            with pytest.raises(TypeError):
                other.cancel_many(cases)

    asyncio.run(main())
    assert sandbox.totals()["requests"] == 0


def test_what_to_give_instead_is_said(client: kcase.Client) -> None:
    with pytest.raises(TypeError, match=r"cases is a str: give a list of case ids, \[case_id\] for one"):
        client.cancel_many(seeded_case(1))
    with pytest.raises(TypeError, match=r"cases is a dict: give its \.keys\(\), or pairs"):
        client.cancel_many({})
    assert [result.outcome for result in client.cancel_many({seeded_case(1): 1}.keys())] == ["canceled"]


def test_uuids_are_case_ids(client: kcase.Client, sandbox: Sandbox) -> None:
    ids = [uuid.UUID(seeded_case(number)) for number in range(1, 5)]
    assert client.cancel(ids[0]).case_id == seeded_case(1)
    assert client.status(ids[0]).is_canceled
    results = client.cancel_many([ids[1], (ids[2], "three")])
    assert {(result.case_id, result.tag) for result in results} == {
        (seeded_case(2), None),
        (seeded_case(3), "three"),
    }

    async def main() -> kcase.Result:
        async with client_of(sandbox) as other:
            return await other.cancel(ids[3])

    assert asyncio.run(main()).is_canceled


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_lines_of_an_open_file_are_taken_without_their_ends(
    client: kcase.Client, tmp_path: Path, end: str
) -> None:
    path = tmp_path / "cases.txt"
    path.write_bytes(end.join(map(seeded_case, range(1, 4))).encode())
    with path.open(newline="") as file:
        results = list(client.cancel_many(file))
    assert {(result.case_id, str(result.outcome)) for result in results} == {
        (seeded_case(number), "canceled") for number in range(1, 4)
    }
    lines = io.StringIO(seeded_case(4) + end)
    assert [result.case_id for result in client.cancel_many(lines)] == [seeded_case(4)]
    # In a list, a line's end is a mistake that is told.
    (result,) = client.cancel_many([seeded_case(5) + end])
    assert result.outcome == "invalid"
    with path.open("rb") as binary, pytest.raises(TypeError, match="case 1 of cases: .* not a bytes"):
        list(client.cancel_many(binary))  # type: ignore[arg-type]


def test_lines_that_come_with_time(sandbox: Sandbox) -> None:
    class File:
        """As aiofiles gives one."""

        async def readline(self) -> str:
            raise AssertionError

        async def __aiter__(self) -> AsyncIterator[str]:
            for number in (1, 2):
                yield seeded_case(number) + "\n"

    async def main() -> None:
        async with client_of(sandbox) as client:
            found = {result.case_id async for result in client.cancel_many(File())}
            assert found == {seeded_case(1), seeded_case(2)}
            with pytest.raises(TypeError, match="case 2 of cases"):
                async for _ in client.cancel_many([seeded_case(3), ["a", "b"]]):  # type: ignore[list-item]
                    pass

    asyncio.run(main())


BAD_OPTIONS: list[dict[str, Any]] = [
    {"confirm": "perhaps"},
    {"timeout": 0},
    {"timeout": float("nan")},
    {"timeout": 4000},
    {"max_attempts": 21},
    {"max_attempts": 1.5},
    {"personal_data": "yes"},
]


@pytest.mark.parametrize("options", BAD_OPTIONS, ids=repr)
def test_bad_options_are_raised(client: kcase.Client, sandbox: Sandbox, options: dict[str, Any]) -> None:
    with pytest.raises(kcase.InvalidInput):
        client.cancel(seeded_case(1), **options)
    with pytest.raises(kcase.InvalidInput):
        client.cancel_many([seeded_case(1)], **options)
    if "confirm" not in options:
        with pytest.raises(kcase.InvalidInput):
            client.status(seeded_case(1), **options)

    async def main() -> None:
        async with client_of(sandbox) as other:
            with pytest.raises(kcase.InvalidInput):
                await other.cancel(seeded_case(1), **options)
            with pytest.raises(kcase.InvalidInput):
                other.cancel_many([seeded_case(1)], **options)

    asyncio.run(main())
    assert sandbox.totals()["requests"] == 0


def test_bad_ids_are_results_whatever_the_options(client: kcase.Client) -> None:
    assert client.cancel("a/b", timeout=3, tag="t").outcome == "invalid"
    assert client.status("", timeout=3).outcome == "invalid"
    (result,) = client.cancel_many([("a/b", "row 1")], timeout=3)
    assert result.outcome == "invalid" and result.tag == "row 1"


def test_seconds_everywhere(sandbox: Sandbox) -> None:
    sandbox.fault(kind="hang", on="any")
    with kcase.Client(base_url=sandbox.url, token=TOKEN, timeout=0.2) as client:
        assert client.check().elapsed_ms < 1000
        assert client.cancel(fixture_case(1)).outcome == "unknown"
    with kcase.Client(base_url=sandbox.url, token=TOKEN, timeout_ms=200) as client:
        assert client.check().elapsed_ms < 1000
    with pytest.raises(kcase.InvalidInput, match="timeout: must not be given together with timeout_ms"):
        kcase.Client(base_url=sandbox.url, token=TOKEN, timeout=1, timeout_ms=1000)
    with pytest.raises(kcase.InvalidInput, match="timeout"):
        kcase.Client(base_url=sandbox.url, token=TOKEN, timeout=0)


def test_what_is_given_drops_what_cannot_go_with_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ENVIRONMENT", "production"), ("API_KEY", API_KEY), ("TIMEOUT_MS", "7")):
        monkeypatch.setenv(f"KCASE_{name}", value)
    monkeypatch.setenv("KCASE_CLIENT_ACCESS_TOKEN", CLIENT_ACCESS_TOKEN)
    with kcase.Client.from_env(base_url=sandbox.url, token=TOKEN, timeout=5) as client:
        assert sandbox.url in repr(client)
        assert client.check().outcome == "ok"
    assert "production" in repr(kcase.AsyncClient.from_env())
    monkeypatch.setenv("KCASE_BASE_URL", sandbox.url)
    with pytest.raises(kcase.InvalidInput, match="base_url"):
        kcase.Client.from_env()  # The variables contradict each other: that is for a person to settle.
    assert "'stage'" in repr(kcase.Client.from_env(environment="stage"))
    monkeypatch.delenv("KCASE_ENVIRONMENT")
    monkeypatch.delenv("KCASE_TIMEOUT_MS")
    monkeypatch.setenv("KCASE_TIMEOUT", "2.5")
    monkeypatch.setenv("KCASE_TOKEN", TOKEN)
    with kcase.Client.from_env(api_key=API_KEY, client_access_token=CLIENT_ACCESS_TOKEN) as client:
        assert client.check().outcome == "ok"
    monkeypatch.setenv("KCASE_TIMEOUT", "soon")
    with pytest.raises(kcase.InvalidInput, match="KCASE_TIMEOUT: must be a number of seconds"):
        kcase.Client.from_env(token=TOKEN)


def test_a_configuration_in_a_file(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kcase.json"
    path.write_text(json.dumps({"base_url": sandbox.url, "token": TOKEN}))
    with kcase.Client.from_file(path) as client:
        assert client.check().outcome == "ok"
        assert str(path) in repr(client) and TOKEN not in repr(client)

    async def main() -> None:
        async with kcase.AsyncClient.from_file(str(path)) as other:
            assert (await other.cancel(seeded_case(1))).is_canceled

    asyncio.run(main())
    path.write_text(json.dumps({"base_url": "https://kcase.invalid", "token": TOKEN}))
    kcase.Client.from_file(path).close()
    monkeypatch.setenv("KCASE_FORBID_NETWORK", "1")
    with pytest.raises(testing.NetworkForbidden, match="kcase.invalid"):
        kcase.Client.from_file(path)
    path.write_text('{"base_url": ')
    monkeypatch.setenv("KCASE_FORBID_NETWORK", "")
    with pytest.raises(kcase.InvalidInput, match="line 1"):
        kcase.Client.from_file(path)


def test_a_batch_that_is_never_iterated_warns(client: kcase.Client, sandbox: Sandbox) -> None:
    with pytest.warns(RuntimeWarning, match="these results were never iterated: no case was canceled"):
        client.cancel_many([seeded_case(1)])
    with pytest.warns(RuntimeWarning), client.cancel_many([seeded_case(1)]):
        pass
    assert sandbox.totals()["requests"] == 0

    async def main() -> None:
        async with client_of(sandbox) as other:
            with pytest.warns(RuntimeWarning):
                other.cancel_many([seeded_case(1)])
            with pytest.warns(RuntimeWarning):
                async with other.cancel_many([seeded_case(1)]):
                    pass

    asyncio.run(main())


def test_what_is_ended_on_purpose_does_not_warn(client: kcase.Client) -> None:
    client.cancel_many([seeded_case(1)]).close()
    with pytest.raises(LookupError), client.cancel_many([seeded_case(1)]):
        raise LookupError
    for _ in client.cancel_many([]):
        pass
