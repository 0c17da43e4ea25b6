"""A TCP proxy that breaks its first connections at one exact byte. It knows nothing of HTTP or TLS."""

from __future__ import annotations

import contextlib
import enum
import selectors
import socket
import struct
import threading
from dataclasses import dataclass

_CHUNK = 65_536
_LINGER_NONE = struct.pack("ii", 1, 0)


class Direction(enum.Enum):
    """A stream, by where it flows."""

    TO_SERVER = "to server"
    TO_CLIENT = "to client"


class Kind(enum.Enum):
    """What happens at the byte."""

    CUT = "cut"  # both ends see the end of the stream
    RESET = "reset"  # both ends see a reset
    TRUNCATE = "truncate"  # the receiver sees the end of the stream; the other stream flows on
    STALL = "stall"  # nothing flows any more, and nothing is closed
    GARBLE = "garble"  # the byte arrives with one bit wrong


@dataclass(frozen=True)
class Fault:
    kind: Kind
    direction: Direction
    at: int

    def happens(self, before: int, count: int) -> bool:
        """Whether it does while `count` more bytes pass."""
        return before + count > self.at if self.kind is Kind.GARBLE else before + count >= self.at

    def __str__(self) -> str:
        return f"{self.kind.value} {self.direction.value} at {self.at}"


class _Line:
    """One connection through the proxy."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.ends = {Direction.TO_SERVER: (client, server), Direction.TO_CLIENT: (server, client)}
        self.client, self.server = client, server
        self.passed = {Direction.TO_SERVER: 0, Direction.TO_CLIENT: 0}
        self.fault: Fault | None = None
        self.over: set[Direction] = set()
        self.discarded: set[Direction] = set()

    def close(self, *, reset: bool = False) -> None:
        for end in (self.client, self.server):
            if reset:
                with contextlib.suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
            end.close()


class Proxy:
    """`closing(Proxy(port, fault))`: connections to proxy.port reach the port; the fault happens on the first
    one, or on as many as are said."""

    def __init__(self, target: int, fault: Fault | None = None, *, connections: int = 1) -> None:
        self.happened = False
        self._due = connections
        self._target = target
        self._fault = fault
        self._lock = threading.Lock()
        self._lines: list[_Line] = []
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listener.getsockname()[1]
        self._stopped, self._stop = socket.socketpair()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._stopped, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.close()
        self._thread.join(timeout=10)
        assert not self._thread.is_alive(), "the proxy does not end"

    def arm(self, fault: Fault | None) -> None:
        """Counts the bytes of the first connection from here on, to the fault."""
        with self._lock:
            first = self._lines[0]
            first.passed = {Direction.TO_SERVER: 0, Direction.TO_CLIENT: 0}
            first.fault = fault

    def passed(self, direction: Direction) -> int:
        with self._lock:
            return self._lines[0].passed[direction]

    # What follows runs on the proxy's own thread.

    def _run(self) -> None:
        try:
            while True:
                for key, _ in self._selector.select():
                    if key.fileobj is self._stopped:
                        return
                    if key.fileobj is self._listener:
                        self._connect()
                    elif self._watches(key.fileobj):
                        self._move(*key.data)
        finally:
            for line in self._lines:
                line.close()
            self._selector.close()
            self._listener.close()
            self._stopped.close()

    def _connect(self) -> None:
        client, _ = self._listener.accept()
        line = _Line(client, socket.create_connection(("127.0.0.1", self._target), timeout=5))
        for direction, (source, _) in line.ends.items():
            source.settimeout(5)
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(source, selectors.EVENT_READ, (line, direction))
        with self._lock:
            if len(self._lines) < self._due:
                line.fault = self._fault
            self._lines.append(line)

    def _move(self, line: _Line, direction: Direction) -> None:
        source, receiver = line.ends[direction]
        try:
            data = source.recv(_CHUNK)
            if not data:
                return self._end(line, direction)
            if direction in line.discarded:
                return None
            fault, before = self._count(line, direction, len(data))
            if fault:
                return self._break(line, fault, data, fault.at - before)
            receiver.sendall(data)
        except OSError:
            self._close(line, reset=True)

    def _count(self, line: _Line, direction: Direction, count: int) -> tuple[Fault | None, int]:
        with self._lock:
            before = line.passed[direction]
            line.passed[direction] += count
            fault = line.fault
            if fault is None or fault.direction is not direction or not fault.happens(before, count):
                return None, before
            line.fault = None
            self.happened = True
            return fault, before

    def _break(self, line: _Line, fault: Fault, data: bytes, at: int) -> None:
        _, receiver = line.ends[fault.direction]
        if fault.kind is Kind.GARBLE:
            return receiver.sendall(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        receiver.sendall(data[:at])
        if fault.kind is Kind.TRUNCATE:
            line.discarded.add(fault.direction)
            receiver.shutdown(socket.SHUT_WR)
        elif fault.kind is Kind.STALL:
            # Only the client's leaving is still listened for.
            line.discarded.add(Direction.TO_SERVER)
            line.over.add(Direction.TO_CLIENT)
            if self._watches(line.server):
                self._selector.unregister(line.server)
        else:
            self._close(line, reset=fault.kind is Kind.RESET)

    def _end(self, line: _Line, direction: Direction) -> None:
        source, receiver = line.ends[direction]
        line.over.add(direction)
        if len(line.over) == 2:
            return self._close(line)
        self._selector.unregister(source)
        if direction not in line.discarded:
            receiver.shutdown(socket.SHUT_WR)

    def _close(self, line: _Line, *, reset: bool = False) -> None:
        for end in (line.client, line.server):
            if self._watches(end):
                self._selector.unregister(end)
        line.close(reset=reset)

    def _watches(self, end: socket.socket) -> bool:
        return end.fileno() >= 0 and end in self._selector.get_map()
