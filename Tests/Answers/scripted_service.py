"""A loopback HTTP/1.1 service with a thread for each connection.

It answers as the combinations say, and as the genuine service where they say nothing."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field

from combinations import Combination
from forms import STARTED, own_error, reading
from truth import Truth

_JSON = "application/json"
_DOUBTS = {"read": (504, b'{"message":"Endpoint request timed out"}'), "blemish": (500, own_error(500))}
"""What a cancel is answered where the reading after it gets the combination's answer."""
_CONNECTIONS_WAITING_MAX = 512


@dataclass
class Answer:
    status: int
    body: bytes = b""
    content_type: str = _JSON
    headers: list[str] = field(default_factory=list)

    def encoded(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Status", *self.headers]
        if self.body and self.content_type:
            lines.append(f"Content-Type: {self.content_type}")
        if self.status != 204:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class ScriptedService:
    def __init__(self, combinations: list[Combination]) -> None:
        self.truths = {combination.number: Truth(combination) for combination in combinations}
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=_CONNECTIONS_WAITING_MAX)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as stream:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while line := stream.readline():
                    length = 0
                    while (header := stream.readline().lower()) not in (b"\r\n", b""):
                        if header.startswith(b"content-length:"):
                            length = int(header.split(b":")[1])
                    stream.read(length)
                    connection.sendall(self._answer(*line.decode("latin-1").split()[:2]).encoded())
        except (ConnectionError, TimeoutError):
            pass  # The client left.

    def _answer(self, method: str, path: str) -> Answer:
        """`path` begins with the combination's number, or has a case id that ends with it."""
        _, number, *segments = path.split("/")
        request, case_id = _request(method, segments)
        truth = self.truths[int(case_id[-12:] if case_id else number)]
        combination = truth.combination
        if request == "cancel":
            truth.cancels += 1
        asked = {"status": "read", "blemish": "read"}.get(combination.request, combination.request)
        if request == asked and truth.takes_answer():
            return _scripted(request, truth)
        if request == "cancel" and combination.request in _DOUBTS and not truth.honest:
            truth.act(combination.effect)
            return Answer(*_DOUBTS[combination.request])
        return _genuine(request, truth)


def _request(method: str, segments: list[str]) -> tuple[str, str]:
    """What is asked for, and the case id, if there is one."""
    if (method, segments) == ("POST", ["auth", "api"]):
        return "mint", ""
    if (method, segments) == ("GET", ["package", "min", "list"]):
        return "check", ""
    if method == "POST" and len(segments) == 4 and segments[3] == "cancel":
        return "cancel", segments[2]
    if method == "GET" and len(segments) == 3 and segments[:2] == ["case", "id"]:
        return "read", segments[2]
    return "other", ""


def _scripted(request: str, truth: Truth) -> Answer:
    combination = truth.combination
    if request == "cancel":
        truth.act(combination.effect)
        if combination.is_own and combination.status in {409, 422}:
            truth.refusals += 1
    headers = list(combination.form.headers)
    if combination.retry_after is not None:
        headers.append(f"Retry-After: {combination.retry_after}")
    if 300 <= combination.status < 400:
        headers.append("Location: /elsewhere")
    body = combination.form.body(combination.status, combination.case_id)
    if combination.form.change_of_reading:
        body = combination.form.change_of_reading(reading(combination.case_id, truth.canceled))
    return Answer(combination.status, body, combination.form.content_type, headers)


def _genuine(request: str, truth: Truth) -> Answer:
    state = truth.combination.state
    if request == "cancel":
        return _genuine_cancel(truth)
    if state == "absent" and request == "read":
        # Where a reading's own 404 is tried, the service keeps to it.
        status = 404 if truth.combination.request == "status" and truth.combination.status == 404 else 403
        return Answer(status, own_error(status))
    if state == "denied":
        return Answer(403, own_error(403))
    if request == "other":
        return Answer(404, own_error(404))
    truth.answered.add(request)
    if request == "mint":
        token = {"id": "i", "username": "u", "token": "minted.token.text", "groupProfileId": "g"}
        return Answer(200, json.dumps(token).encode())
    if request == "check":
        return Answer(200, b"[]")
    return Answer(200, reading(truth.combination.case_id, truth.canceled))


def _genuine_cancel(truth: Truth) -> Answer:
    state = truth.combination.state
    if state == "denied":
        return Answer(401)
    if state == "absent":
        return Answer(404)
    if state == "waiting" and not truth.canceled:
        truth.act("before")
        return Answer(200)
    truth.refusals += 1
    return Answer(422, own_error(422, STARTED if state == "started" else None))
