"""A TLS server that wants a client certificate, and the files that a client of it can be given."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

from certificates import Certificates

PASSWORD = "pass phrase 99"


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)


@dataclass(frozen=True)
class ClientFiles:
    """PEM files: a certificate that the server knows and its key, in the clear and encrypted in both forms;
    and another pair."""

    folder: Path

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)

    def write(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return self[name]

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()


def make_client_files(folder: Path) -> ClientFiles:
    folder.mkdir(parents=True, exist_ok=True)
    files = ClientFiles(folder.resolve())
    for name in ("known", "other"):
        _openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "30"),
            *("-keyout", files[f"{name}.key"], "-out", files[f"{name}.pem"]),
        )
    encrypt = ("-in", files["known.key"], "-passout", f"pass:{PASSWORD}")
    _openssl("pkcs8", "-topk8", "-v2", "aes256", *encrypt, "-out", files["encrypted.key"])
    _openssl("rsa", "-aes256", "-traditional", *encrypt, "-out", files["encrypted-old.key"])
    _openssl("x509", "-in", files["known.pem"], "-outform", "der", "-out", files["known.der"])
    return files


class MutualTLSServer:
    """Counts the connections, and the requests that it read."""

    def __init__(
        self, certificates: Certificates, known: str, version: ssl.TLSVersion, *, tickets: bool = True
    ) -> None:
        self.context = certificates.server_context(tickets=tickets)
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.context.load_verify_locations(known)
        self.context.minimum_version = self.context.maximum_version = version
        self.connections = self.requests = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _run(self) -> None:
        while True:
            try:
                accepted, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(accepted,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        accepted.settimeout(30)
        try:
            with self.context.wrap_socket(accepted, server_side=True) as connection:
                while b"\r\n\r\n" in connection.recv(16384):
                    self.requests += 1
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        except OSError:
            accepted.close()
