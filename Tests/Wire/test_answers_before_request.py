"""A server that sends something before the request: that is no answer to anything."""

from __future__ import annotations

import socket
import threading
from contextlib import closing

import pytest
from claim_count import ClaimCount
from library import Client
from messages import Reply, own_error
from origin import Behavior, Origin
from three_cases import cancel_three, open_three

SENT_FIRST = {
    "a 200": (Reply(200, {}).bytes, True),
    "a 408 and the end": (own_error(408, "Too slow", "Connection: close").bytes, False),
    "an SSH banner": (b"SSH-2.0-OpenSSH_9.2p1\r\n", True),
    "an SSH banner and the end": (b"SSH-2.0-OpenSSH_9.2p1\r\n", False),
    "half an answer": (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", True),
    "a TLS alert": (b"\x15\x03\x01\x00\x02\x02\x28", False),
}


class SendsFirst(Behavior):
    """Sends something before the request, on its first connection."""

    def __init__(self, data: bytes, *, stays: bool) -> None:
        self._data = data
        self._stays = stays
        self._lock = threading.Lock()
        self._is_due = True

    def connected(self, connection: socket.socket) -> None:
        with self._lock:
            is_due, self._is_due = self._is_due, False
        if is_due:
            connection.sendall(self._data)
            if not self._stays:
                connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("name", SENT_FIRST)
def test_an_answer_sent_before_the_request_makes_no_false_claim(name: str, claim_count: ClaimCount) -> None:
    data, stays = SENT_FIRST[name]
    with closing(Origin(behavior=SendsFirst(data, stays=stays))) as origin:
        client = Client(f"http://127.0.0.1:{origin.port}", timeout_ms=4000)
        cancel_three(origin, client, open_three(origin), claim_count, what=f"{name} first", pause=0.02)
