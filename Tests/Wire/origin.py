"""A truthful KarmaCheck on a free port of the loopback: what it says of a case is what its ledger says."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time

from certificates import Certificates
from ledger import Ledger
from library import TOKEN
from messages import BadRequest, Reply, Request, RequestReader, own_error

CANCEL_PATH = re.compile(r"/case/id/([^/]+)/cancel")
CASE_PATH = re.compile(r"/case/id/([^/]+)")
PROBE_PATH = "/package/min/list"
CANCELED_ID = "4155584b-708c-4108-86a8-8f3321b9b17c"
IDLE_SECONDS = 0.3


def server_context(certificates: Certificates | None, *protocols: str) -> ssl.SSLContext | None:
    """How a server with these certificates secures its connections. It offers these protocols, the first one
    first. There are no session tickets: each answer's bytes are then the answer's alone."""
    return certificates.server_context(*protocols, tickets=False) if certificates else None


class Behavior:
    """How the origin behaves on its connections: well, unless a test says otherwise."""

    def connected(self, connection: socket.socket) -> None:
        """Before the first request is read."""

    def takes_effect(self, case_id: str) -> bool:
        return True

    def write(self, connection: socket.socket, request: Request, reply: Reply) -> bool:
        """Writes the answer; whether the connection is kept."""
        connection.sendall(reply.bytes)
        return True


class Origin:
    def __init__(self, *, tls: ssl.SSLContext | None = None, behavior: Behavior | None = None) -> None:
        self.ledger = Ledger()
        self.idle_ends = 0
        """Connections that it ended since no request came in time: one may have been on its way."""
        self._tls = tls
        self._behavior = behavior or Behavior()
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.wait_until_closed()

    def wait_until_closed(self) -> None:
        """Waits until every connection is over: then the ledger is final."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._open, timeout=10), "a connection does not end"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        connection = raw
        try:
            raw.settimeout(IDLE_SECONDS)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls := self._security():
                connection = tls.wrap_socket(raw, server_side=True)
            self._converse(connection)
        except OSError:
            pass
        finally:
            connection.close()
            with self._changed:
                self._open.discard(raw)
                self._changed.notify_all()

    def _security(self) -> ssl.SSLContext | None:
        """How the next connection is secured."""
        return self._tls

    def _converse(self, connection: socket.socket) -> None:
        self._behavior.connected(connection)
        reader = RequestReader(connection)
        while True:
            try:
                request = reader.next()
            except BadRequest:
                return _leave(connection, own_error(400, "Bad request"))
            except TimeoutError:
                if not reader.is_between_requests:
                    _leave(connection, own_error(408, "Request timeout"))
                with self._changed:
                    self.idle_ends += 1
                return
            if request is None:
                return
            keeps = self._behavior.write(connection, request, self._answer(request))
            if not (keeps and request.keeps):
                return

    def _answer(self, request: Request) -> Reply:
        if request.fields.get("authorization") != f"Bearer {TOKEN}":
            return own_error(401, "Unauthorized")
        if match := CANCEL_PATH.fullmatch(request.path):
            return self._cancel(match[1]) if request.method == "POST" else _wrong_method()
        if match := CASE_PATH.fullmatch(request.path):
            return self._read(match[1]) if request.method == "GET" else _wrong_method()
        if request.path == PROBE_PATH:
            return Reply(200, [])
        return _not_found()

    def _cancel(self, case_id: str) -> Reply:
        before = self.ledger.cancel(case_id, effect=self._behavior.takes_effect(case_id))
        if before is None:
            return _not_found()
        if before.started:
            return own_error(422, "Cannot cancel a case that has already started.")
        if before.canceled:
            return own_error(422, "Unable to cancel case.")
        return Reply(200, {})

    def _read(self, case_id: str) -> Reply:
        case = self.ledger.find(case_id)
        if case is None:
            return _not_found()
        summary = {"id": case_id, "caseStatus": "Pending"}
        if case.canceled:
            summary |= {"secondaryStatus": "Canceled", "secondaryCaseStatusId": CANCELED_ID}
        return Reply(200, {"cases": [summary]})


def _not_found() -> Reply:
    return own_error(404, "Not found")


def _wrong_method() -> Reply:
    return own_error(405, "Method not allowed")


def _leave(connection: socket.socket, reply: Reply) -> None:
    """A last word, and time for it to be read: to close at once could destroy it on its way."""
    connection.sendall(reply.head("Connection: close") + reply.body)
    connection.shutdown(socket.SHUT_WR)
    until = time.monotonic() + 1
    while connection.recv(65_536) and time.monotonic() < until:
        pass
