"""`headers`: with each request about the case, whatever the operation."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any

import pytest

import kcase
from kcase import testing

CASE = "11111111-1111-4111-8111-111111111111"
HEADERS = MappingProxyType({"TraceParent": "00-a-b-01", "tracestate": "k=v, l=w", "x-request-id": "r 1"})
SENT = {"traceparent": "00-a-b-01", "tracestate": "k=v, l=w", "x-request-id": "r 1"}


class Recorder(ThreadingHTTPServer):
    """Keeps the trace headers of each request. Every case that is read is canceled."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Recorded)
        self.seen: list[dict[str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def take(self) -> list[dict[str, str]]:
        seen, self.seen = self.seen, []
        return seen


class Recorded(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def do_GET(self) -> None:
        lines = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append({name: lines[name] for name in SENT if name in lines})
        is_list = self.path.startswith("/case/list")
        case = {"id": CASE, "caseStatus": "Pending", "secondaryStatus": "Canceled"}
        body = json.dumps({"cases": []} if is_list else case if self.command == "GET" else {}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Recorder]:
    server = Recorder()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_every_operation_sends_them(server: Recorder) -> None:
    with kcase.Client(base_url=server.url, token="t", timeout=1, settle_ms=1) as client:
        operations: list[Callable[..., object]] = [
            lambda **more: client.cancel(CASE, **more),
            lambda **more: client.status(CASE, **more),
            lambda **more: client.wait_until(CASE, "canceled", **more),
            lambda **more: client.list(**more),
            lambda **more: list(client.listing(**more)),
            lambda **more: client.cancel_found(api_tracking_code="x", **more),
            lambda **more: client.cancel_services(CASE, ["s"], **more),
            lambda **more: client.cancel_search(CASE, "s", **more),
            lambda **more: list(client.cancel_many([CASE, (CASE, "tag")], **more)),
        ]
        for number, operation in enumerate(operations):
            operation(headers=HEADERS)
            seen = server.take()
            assert seen and all(one == SENT for one in seen), (number, seen)
            operation()
            assert not any(server.take()), number


def test_every_operation_of_asyncio_sends_them(server: Recorder) -> None:
    async def main() -> None:
        async with kcase.AsyncClient(base_url=server.url, token="t", timeout=1, settle_ms=1) as client:
            await client.cancel(CASE, headers=HEADERS)
            await client.status(CASE, headers=HEADERS)
            await client.wait_until(CASE, "canceled", headers=HEADERS)
            await client.list(headers=HEADERS)
            await client.cancel_found(api_tracking_code="x", headers=HEADERS)
            await client.cancel_search(CASE, "s", headers=HEADERS)
            assert [one async for one in client.cancel_many([CASE], headers=HEADERS)]
            seen = server.take()
            assert len(seen) >= 7 and all(one == SENT for one in seen)
            await client.cancel(CASE)
            assert server.take() == [{}]

    asyncio.run(main())


BAD: list[Any] = [
    {"authorization": "s3cret"},
    {"tracestate": "s3cret\r\nHost: evil"},
    {"tracestate": " s3cret"},
    {"tracestate": "s3cret\udc80"},
    {"tracestate": "s3cr\u00e9t"},
    {"tracestate": "s" * 513},
    {"tracestate": ""},
    {"tracestate": None},
    {"tracestate": 7},
    {"tracestate": "s3cret", "TraceState": "b"},
]


@pytest.mark.parametrize("headers", BAD, ids=ascii)
def test_what_is_not_valid_is_raised_and_sent_nowhere(server: Recorder, headers: Any) -> None:
    with kcase.Client(base_url=server.url, token="t") as client:
        for call in (
            lambda: client.cancel(CASE, headers=headers),
            lambda: client.list(headers=headers),
            lambda: client.cancel_many([CASE], headers=headers),
        ):
            with pytest.raises(kcase.InvalidInput) as caught:
                call()
            assert "s3cret" not in str(caught.value)
    assert server.take() == []


def test_the_fake_clients_take_them() -> None:
    client = testing.FakeClient()
    assert client.cancel(CASE, headers=HEADERS).is_canceled
    assert client.status(CASE, headers=HEADERS).outcome == "ok"
    assert len(list(client.cancel_many(["b", "c"], headers=HEADERS))) == 2

    async def main() -> None:
        assert (await testing.AsyncFakeClient().cancel(CASE, headers=HEADERS)).is_canceled

    asyncio.run(main())
