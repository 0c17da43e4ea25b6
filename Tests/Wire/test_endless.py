"""Answers without an end: whatever a server goes on sending, deadlines hold and interrupts are heard.

The server sends as fast as it can, so libcurl always finds something more to read."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest
from certificates import Certificates
from library import Client
from origin import server_context

CASE_ID = "00000000-0000-4000-8000-000000000001"
TIMEOUT_MS = 1500
# How much later a call may end on a machine that has more to do.
LATE_MS_MAX = 700
# A server that nobody stops must not go on for ever.
FLOOD_SECONDS_MAX = 12
CHUNK_BYTES = 1 << 20


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """One of HTTP/2."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


SETTINGS = frame(4, 0, 0) + frame(4, 1, 0)
HEADERS = frame(1, 4, 1, b"\x88")


@dataclass(frozen=True)
class Flood:
    name: str
    start: bytes
    piece: bytes
    is_http2: bool = False


FLOODS = [
    Flood("empty data", SETTINGS + HEADERS, frame(0, 0, 1), is_http2=True),
    Flood("data of no stream", SETTINGS, frame(0, 0, 1), is_http2=True),
    Flood("goaway", SETTINGS, frame(7, 0, 0, b"\x7f\xff\xff\xff" + bytes(4)), is_http2=True),
    Flood("priority", SETTINGS, frame(2, 0, 1, bytes(4) + b"\x01"), is_http2=True),
    Flood("window updates", SETTINGS, frame(8, 0, 3, b"\x00\x00\x00\x01"), is_http2=True),
    Flood("unknown frames", SETTINGS, frame(0xEE, 0, 0), is_http2=True),
    Flood("a chunk's extension", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=", b"y"),
    Flood(
        "a chunk's trailer",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
        b"a: b\r\n",
    ),
    Flood("answers before the answer", b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    Flood("one header line", b"HTTP/1.1 200 OK\r\nX-One: ", b"y"),
    Flood("header lines", b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    Flood("a body", b"HTTP/1.1 200 OK\r\n\r\n", b" "),
]


class FloodServer:
    """Lets each connection ask, and then floods it."""

    def __init__(self, flood: Flood, context: ssl.SSLContext | None) -> None:
        self._flood, self._context = flood, context
        self._until = time.monotonic() + FLOOD_SECONDS_MAX
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._until = 0
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                accepted, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(accepted,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        with contextlib.suppress(OSError), accepted:
            line = self._context.wrap_socket(accepted, server_side=True) if self._context else accepted
            line.settimeout(FLOOD_SECONDS_MAX)
            line.recv(65536)
            line.sendall(self._flood.start)
            pieces = self._flood.piece * (CHUNK_BYTES // len(self._flood.piece))
            while time.monotonic() < self._until:
                line.sendall(pieces)


@contextmanager
def client_of(flood: Flood, authority: Certificates, is_secure: bool) -> Iterator[Client]:
    names = ("h2", "http/1.1") if flood.is_http2 else ("http/1.1",)
    context = server_context(authority, *names) if is_secure else None
    with closing(FloodServer(flood, context)) as server:
        url = f"http{'s' if is_secure else ''}://127.0.0.1:{server.port}"
        config: dict[str, object] = {"ca_file": authority.authority} if is_secure else {}
        with closing(Client(url, timeout_ms=TIMEOUT_MS, max_response_bytes=1 << 20, **config)) as client:
            yield client


def milliseconds_since(start: float) -> float:
    return 1000 * (time.monotonic() - start)


SECURE_OR_NOT = [(flood, True) for flood in FLOODS] + [
    (flood, False) for flood in FLOODS if not flood.is_http2
]


@pytest.mark.parametrize(
    ("flood", "is_secure"), SECURE_OR_NOT, ids=lambda value: getattr(value, "name", str(value))
)
def test_a_batch_hears_deadlines_and_interrupts(
    flood: Flood, is_secure: bool, authority: Certificates
) -> None:
    with client_of(flood, authority, is_secure) as client, closing(client.batch()) as batch:
        batch.add(CASE_ID)
        start = time.monotonic()
        result = batch.next(TIMEOUT_MS + 2 * LATE_MS_MAX)
        assert milliseconds_since(start) < TIMEOUT_MS + LATE_MS_MAX
        assert result is None or result["outcome"] in ("unknown", "not_sent", "failed", "canceled")


@pytest.mark.parametrize("flood", FLOODS, ids=lambda flood: flood.name)
def test_an_interrupt_is_heard(flood: Flood, authority: Certificates) -> None:
    with client_of(flood, authority, flood.is_http2) as client, closing(client.batch()) as batch:
        batch.add(CASE_ID)
        timer = threading.Timer(0.4, batch.interrupt)
        timer.start()
        start = time.monotonic()
        batch.next(10_000)
        timer.cancel()
        assert milliseconds_since(start) < 400 + LATE_MS_MAX
