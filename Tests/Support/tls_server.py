"""A small TLS server on the loopback that accepts every cancel and notes what happens on each connection."""

import socket
import ssl
import threading
from dataclasses import dataclass, field

from certificates import make_certificates

SILENCE_SECONDS_MAX = 60


@dataclass
class Connection:
    """What the server saw of one connection: the cases in order, and how it ended."""

    cases: list = field(default_factory=list)
    end: str = "open"  # "close_notify"; else what went wrong


class TLSServer:
    """Makes throw-away certificates in the folder; a client is told to trust the file `authorities`."""

    def __init__(self, folder):
        certificates = make_certificates(folder)
        self.authorities = certificates.authority
        self.context = certificates.server_context()
        self.connections = []
        self.threads = []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def wait_for_ends(self):
        """Lets every connection come to its end; those of a client that is gone do so at once."""
        for thread in list(self.threads):
            thread.join(timeout=5)
        return self.connections

    def _accept(self):
        while True:
            try:
                accepted, _ = self.listener.accept()
            except OSError:
                return
            seen = Connection()
            self.connections.append(seen)
            thread = threading.Thread(target=self._serve, args=(accepted, seen), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, accepted, seen):
        accepted.settimeout(SILENCE_SECONDS_MAX)
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            # An end without close_notify is an error here.
            with self.context.wrap_socket(
                accepted, server_side=True, suppress_ragged_eofs=False
            ) as connection:
                self._answer(connection, seen)
            seen.end = "close_notify"
        except (ssl.SSLError, OSError) as error:
            seen.end = f"{type(error).__name__}: {error}"
        finally:
            accepted.close()

    @staticmethod
    def _answer(connection, seen):
        request = b""
        while piece := connection.recv(16384):
            request += piece
            while b"\r\n\r\n" in request:
                head, _, request = request.partition(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                seen.cases.append(path.split("/")[3])
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
