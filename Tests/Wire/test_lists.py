"""A list is the same in pieces of every size, and one that is cut anywhere finds nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from library import Client, Result
from list_server import ListServer

CASES = [
    {"id": "a-1", "caseStatus": "Pending", "apiTrackingCode": 'quoted "}]{[" and \\'},
    {"id": "a-2", "caseStatus": "Pending", "apiTrackingCode": "wanted", "packageName": "Prüfung \U0001f600"},
    {"id": "a-3", "caseStatus": "Complete", "apiTrackingCode": "wanted", "deep": [[{"cases": []}]]},
]
BODY = json.dumps({"note": {"cases": [1]}, "cases": CASES, "more": [{"x": None}]}, indent=1).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
WANTED = {"api_tracking_code": "wanted"}


@pytest.fixture(scope="module")
def server() -> Iterator[ListServer]:
    with closing(ListServer()) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: ListServer) -> Iterator[Client]:
    with closing(Client(server.url, timeout_ms=5000, max_attempts=1)) as client:
        yield client


def chunked(size: int) -> bytes:
    pieces = [BODY[start : start + size] for start in range(0, len(BODY), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])


def ids(result: Result) -> list[str]:
    return [case["id"] for case in result["cases"]]


def test_a_list_is_the_same_in_pieces_of_every_size(server: ListServer, client: Client) -> None:
    for size in range(1, len(BODY) + 1):
        server.answer = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(size)
        result = client.list(**WANTED)
        assert (result["outcome"], ids(result)) == ("ok", ["a-2", "a-3"]), size
        assert result["listing"] == {"seen": 3, "found": 2, "truncated": False}


FRAMES = {
    "with a length": HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "in chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(100),
    "until the end": HEAD + b"\r\n" + BODY,
}


@pytest.mark.parametrize("frame", FRAMES, ids=str)
def test_a_list_that_is_cut_anywhere_finds_nobody(server: ListServer, client: Client, frame: str) -> None:
    whole = FRAMES[frame]
    server.answer = whole
    assert client.list(**WANTED)["outcome"] == "ok"
    # The last chunk, of no bytes, says that all has come, without the blank line behind it.
    needed = len(whole) - 2 if frame == "in chunks" else len(whole)
    for count in range(needed):
        server.answer = whole[:count]
        result = client.list(**WANTED)
        assert result["outcome"] in ("unknown", "failed"), (count, result)
        # Nothing at all, or nothing but a head, is not the service's list.
        assert result["outcome"] == "unknown" or count <= whole.index(b"\r\n\r\n") + 4, (count, result)
        assert "cases" not in result


def test_a_listing_that_is_cut_anywhere_says_so(server: ListServer, client: Client) -> None:
    whole = FRAMES["until the end"]
    start = whole.index(b"\r\n\r\n") + 4
    ends = [whole.index(b'"caseStatus": "%s"' % word) for word in (b"Pending", b"Complete")]
    for count in range(start, len(whole), 3):
        server.answer = whole[:count]
        cases, result = client.listing(**WANTED)
        assert result["outcome"] != "ok", count
        assert len(cases) <= (2 if count > ends[1] else 1), count
    server.answer = whole
    cases, result = client.listing(**WANTED)
    assert [case["case_id"] for case in cases] == ["a-2", "a-3"]
    assert result["outcome"] == "ok"


def wanted(body: bytes) -> list[str]:
    """What is to be found. What a list has besides may be damaged, and then it still has the same cases."""
    try:
        cases = json.loads(body)["cases"]
    except ValueError:
        return ["a-2", "a-3"]
    return [case["id"] for case in cases if case.get("apiTrackingCode") == "wanted"]


def test_a_byte_that_is_changed_never_loses_a_case(server: ListServer, client: Client) -> None:
    for place, byte in enumerate(BODY):
        if byte not in b'{}[]",:\\':
            continue
        for other in b'{}[]",:\\ x':
            changed = BODY[:place] + bytes([other]) + BODY[place + 1 :]
            server.answer = HEAD + b"Content-Length: %d\r\n\r\n" % len(changed) + changed
            result = client.list(**WANTED)
            assert result["outcome"] != "ok" or ids(result) == wanted(changed), changed
