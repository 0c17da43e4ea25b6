"""HTTP/1.1 as the origin reads and writes it: strictly, and no more of it than it needs."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass, field
from http import HTTPStatus

_REQUEST_LINE = re.compile(r"([A-Z]+) (/[!-~]*) HTTP/1\.([01])")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([ -~]*?)[ \t]*")
_REASONS = {status.value: status.phrase for status in HTTPStatus}
HEAD_MAX = 65_536


class BadRequest(Exception):
    """What came is no request."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    keeps: bool
    fields: dict[str, str]


@dataclass(frozen=True)
class Reply:
    status: int
    content: object
    extra: tuple[str, ...] = field(default=())

    @property
    def body(self) -> bytes:
        return json.dumps(self.content).encode()

    def head(self, *lines: str, length: bool = True) -> bytes:
        """The head, with more lines, and with a Content-Length if that is wanted."""
        all_lines = [
            f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Other')}",
            "Content-Type: application/json",
            *([f"Content-Length: {len(self.body)}"] if length else []),
            *self.extra,
            *lines,
        ]
        return "".join(line + "\r\n" for line in [*all_lines, ""]).encode()

    @property
    def bytes(self) -> bytes:
        return self.head() + self.body


def own_error(status: int, message: str, *extra: str) -> Reply:
    """An error in the form of the service: no other form is its word."""
    content = {"message": message, "error": _REASONS.get(status, "Other"), "statusCode": status}
    return Reply(status, content, extra)


class RequestReader:
    """Reads one request after another from a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""

    @property
    def is_between_requests(self) -> bool:
        return not self._buffer

    def next(self) -> Request | None:
        """The next whole request; None at the end of the stream. Raises TimeoutError and BadRequest."""
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > HEAD_MAX:
                raise BadRequest
            if not self._fill():
                return None
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        request = _parse(head)
        length = request.fields.get("content-length", "0")
        if not length.isdecimal():
            raise BadRequest
        while len(self._buffer) < int(length):
            if not self._fill():
                return None
        self._buffer = self._buffer[int(length) :]
        return request

    def _fill(self) -> bool:
        data = self._connection.recv(65_536)
        self._buffer += data
        return bool(data)


def _parse(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    line = _REQUEST_LINE.fullmatch(first)
    fields: dict[str, str] = {}
    for text in lines:
        match = _FIELD.fullmatch(text)
        if not match:
            raise BadRequest
        fields[match[1].lower()] = match[2]
    if not line or "host" not in fields:
        raise BadRequest
    return Request(line[1], line[2], line[3] == "1", fields)
