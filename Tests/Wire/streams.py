"""The truthful KarmaCheck over HTTP/2: many requests on one connection, each a stream of its own."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    SettingsAcknowledged,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes
from hyperframe.frame import Frame
from messages import Reply, Request
from origin import CANCEL_PATH, IDLE_SECONDS, Behavior, Origin

_LINGER_NONE = struct.pack("ii", 1, 0)


class StreamBehavior(Behavior):
    """How the origin behaves on its streams: well, unless a test says otherwise."""

    settings: Mapping[SettingCodes, int] = MappingProxyType({})

    def greet(self, line: Line) -> None:
        """Before the first request is read, behind the origin's own settings."""

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        """A whole request came. False: it is still to be carried out and answered."""
        return False


class StreamOrigin(Origin):
    """`tls` is for all connections; or one for each, and the last one for all that follow."""

    def __init__(self, *tls: ssl.SSLContext, behavior: Behavior | None = None) -> None:
        self.lines: list[Line] = []
        # What each connection came to speak.
        self.protocols: list[str | None] = []
        self.is_closing = False
        self._contexts = itertools.chain(tls, itertools.repeat(tls[-1]))
        super().__init__(behavior=behavior or StreamBehavior())

    @property
    def behavior(self) -> StreamBehavior:
        return self._behavior

    def close(self) -> None:
        self.is_closing = True
        super().close()

    def respond(self, request: Request) -> Reply:
        return self._answer(request)

    def _security(self) -> ssl.SSLContext:
        return next(self._contexts)

    def _converse(self, connection: ssl.SSLSocket) -> None:
        protocol = connection.selected_alpn_protocol()
        self.protocols.append(protocol)
        if protocol != "h2":
            return super()._converse(connection)
        line = Line(self, connection, first=not self.lines)
        self.lines.append(line)
        return line.serve()


class Line:
    """One connection. Everything happens on its own thread."""

    def __init__(self, origin: StreamOrigin, connection: ssl.SSLSocket, *, first: bool) -> None:
        self.is_first = first
        self.requests = 0
        # The most streams that were open at a time, since the settings are in force.
        self.open_most = 0
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self._origin = origin
        self._behavior = origin.behavior
        self._socket = connection
        self._heads: dict[int, Request] = {}
        self._bodies: dict[int, bytes] = {}
        # What flow control holds back, and whether the stream ends behind it.
        self._queues: dict[int, tuple[bytes, bool]] = {}
        self._open: set[int] = set()
        self._due: list[_Due] = []
        self._sequence = itertools.count()
        self._is_over = False
        # After a violation of the protocol one of the client's may follow.
        self._is_odd = False

    def serve(self) -> None:
        self.h2.initiate_connection()
        # In force when the client has acknowledged them: its first requests may be on their way.
        self.h2.update_settings({SettingCodes.MAX_CONCURRENT_STREAMS: 1000, **self._behavior.settings})
        self._behavior.greet(self)
        self.flush()
        while not (self._is_over or self._origin.is_closing):
            data = self._receive()
            if data == b"":
                return
            if data:
                self._read(data)
            self._do_what_is_due()
            self.flush()

    def _receive(self) -> bytes | None:
        """None: nothing came in time."""
        wait = self._due[0].at - time.monotonic() if self._due else IDLE_SECONDS
        self._socket.settimeout(min(max(wait, 0.001), IDLE_SECONDS))
        try:
            return self._socket.recv(65_536)
        except TimeoutError:
            return None

    def _read(self, data: bytes) -> None:
        try:
            events = self.h2.receive_data(data)
        except ProtocolError:
            if not self._is_odd:
                raise
            self._is_over = True
            return
        for event in events:
            if not self._is_over:
                self._hear(event)

    def _hear(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self._open.add(event.stream_id)
            self.open_most = max(self.open_most, len(self._open))
            fields = dict(event.headers)
            self._heads[event.stream_id] = Request(fields[":method"], fields[":path"], True, fields)
            self._bodies[event.stream_id] = b""
        elif isinstance(event, DataReceived):
            # Bodies are few and short: the window is opened by those who make it narrow.
            self._bodies[event.stream_id] += event.data
        elif isinstance(event, StreamEnded):
            self._handle(event.stream_id)
        elif isinstance(event, StreamReset):
            self._forget(event.stream_id)
        elif isinstance(event, SettingsAcknowledged):
            if event.changed_settings:
                self.open_most = 0
        elif isinstance(event, WindowUpdated):
            self._drain()
        elif isinstance(event, ConnectionTerminated):
            self._is_over = True

    def _handle(self, stream: int) -> None:
        request = self._heads.pop(stream, None)
        body = self._bodies.pop(stream, b"")
        if request is None:
            return
        assert len(body) == int(request.fields.get("content-length", len(body)))
        self.requests += 1
        if not self._behavior.handle(self, stream, request):
            self.answer(stream, self._origin.respond(request))

    def _forget(self, stream: int) -> None:
        self._open.discard(stream)
        self._heads.pop(stream, None)
        self._queues.pop(stream, None)

    def _do_what_is_due(self) -> None:
        while self._due and self._due[0].at <= time.monotonic() and not self._is_over:
            heapq.heappop(self._due).action()

    # What a behavior is made of.

    @property
    def half_read(self) -> list[int]:
        """The streams whose requests have not come whole."""
        return list(self._heads)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._due, _Due(time.monotonic() + seconds, next(self._sequence), action))

    def take(self, request: Request, *, effect: bool = True) -> Reply:
        """Notes a request; carries it out, unless it is to have no effect. Gives the honest answer."""
        match = CANCEL_PATH.fullmatch(request.path)
        if effect or not match:
            return self._origin.respond(request)
        self._origin.ledger.cancel(match[1], effect=False)
        return Reply(200, {})

    def is_open(self, stream: int) -> bool:
        return stream in self._open and not self._is_over

    def answer(self, stream: int, reply: Reply) -> None:
        self.head(stream, reply, length=True)
        self.body(stream, reply.body)

    def head(
        self, stream: int, reply: Reply, *more: tuple[str, str], length: bool, ends: bool = False
    ) -> None:
        if self.is_open(stream):
            sizes = [("content-length", str(len(reply.body)))] if length else []
            extra = [tuple(line.lower().split(": ", 1)) for line in reply.extra]
            fields = [(":status", str(reply.status)), ("content-type", "application/json"), *sizes]
            self.h2.send_headers(stream, [*fields, *extra, *more], end_stream=ends)
            if ends:
                self._open.discard(stream)

    def interim(self, stream: int, status: int, *fields: tuple[str, str]) -> None:
        if self.is_open(stream):
            self.h2.send_headers(stream, [(":status", str(status)), *fields])

    def body(self, stream: int, data: bytes, *, ends: bool = True) -> None:
        if self.is_open(stream):
            before, _ = self._queues.get(stream, (b"", False))
            self._queues[stream] = (before + data, ends)
            self._drain()

    def reset(self, stream: int, code: int) -> None:
        if self.is_open(stream):
            self.h2.reset_stream(stream, code)
            self._forget(stream)

    def go_away(self, last: int, code: int = ErrorCodes.NO_ERROR) -> None:
        """As a frame of its own: the connection goes on."""
        self.raw(struct.pack(">LL", last, code), kind=7)

    def raw(self, payload: bytes, *, kind: int, flags: int = 0, stream: int = 0) -> None:
        """A frame as h2 would not make it."""
        self._is_odd = True
        self.flush()
        head = struct.pack(">L", len(payload))[1:] + struct.pack(">BBL", kind, flags, stream)
        self.words(head + payload)

    def frame(self, frame: Frame) -> None:
        self._is_odd = True
        self.flush()
        self.words(frame.serialize())

    def words(self, data: bytes) -> None:
        """Anything at all."""
        self._is_odd = True
        self.flush()
        with contextlib.suppress(OSError):
            self._socket.sendall(data)

    def end(self, *, reset: bool = False) -> None:
        """Closes the connection, behind what was said."""
        self.flush()
        self._is_over = True
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
            self._socket.close()

    def fall_silent(self) -> None:
        """Reads on, but says nothing any more."""
        self.flush()
        with contextlib.suppress(OSError):
            while not self._origin.is_closing and self._receive() != b"":
                pass
        self._is_over = True

    def flush(self) -> None:
        if self._is_over:
            return
        data = self.h2.data_to_send()
        if data:
            self._socket.settimeout(5)
            self._socket.sendall(data)

    def _drain(self) -> None:
        for stream, (data, ends) in list(self._queues.items()):
            is_ended = False
            while data and (size := self._room(stream)) > 0:
                is_ended = ends and size >= len(data)
                self.h2.send_data(stream, data[:size], end_stream=is_ended)
                data = data[size:]
            if data:
                self._queues[stream] = (data, ends)
                continue
            del self._queues[stream]
            if ends:
                if not is_ended:
                    self.h2.end_stream(stream)
                self._open.discard(stream)

    def _room(self, stream: int) -> int:
        return min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)


@dataclass(order=True)
class _Due:
    at: float
    number: int
    action: Callable[[], None] = field(compare=False)


class HoldsRequests(StreamBehavior):
    """Answers the first requests of its first connection, then holds some back and does something to all of
    them at once. All its other answers are honest."""

    def __init__(
        self, action: Callable[[Line, list[tuple[int, Request]]], None], *, first: int, count: int
    ) -> None:
        self._action = action
        self._first = first
        self._count = count
        self._held: list[tuple[int, Request]] = []
        self.is_done = False

    def handle(self, line: Line, stream: int, request: Request) -> bool:
        if self.is_done or not line.is_first or line.requests <= self._first:
            return False
        self._held.append((stream, request))
        if len(self._held) == 1:
            # Fewer may come than were hoped for.
            line.later(0.2, lambda: self._act(line))
        if len(self._held) == self._count:
            self._act(line)
        return True

    def _act(self, line: Line) -> None:
        if not self.is_done:
            self.is_done = True
            self._action(line, self._held)


def literal(fields: Iterable[tuple[str, str]]) -> bytes:
    """A header block of plain literals, which leave no trace in anybody's table."""
    texts = (text.encode("latin-1") for pair in fields for text in pair)
    parts = [_prefixed(len(text)) + text for text in texts]
    return b"".join(b"\0" + name + value for name, value in zip(parts[::2], parts[1::2]))


def _prefixed(length: int) -> bytes:
    assert length < 127
    return bytes([length])
