"""A throw-away authority, and its certificate for 127.0.0.1."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass(frozen=True)
class Certificates:
    authority: Path
    server: ssl.SSLContext
    _chain: tuple[Path, Path]

    def speaking(self, *protocols: str) -> ssl.SSLContext:
        """A server's context that offers these protocols, the first one first."""
        context = _context(*self._chain)
        context.set_alpn_protocols(list(protocols))
        return context


def make(folder: Path) -> Certificates:
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n", encoding="ascii")
    request = ["req", *_KEY, "-subj"]
    _openssl(folder, *request, "/CN=wire", "-x509", "-days", "2", "-keyout", "ca.key", "-out", "ca.pem")
    _openssl(folder, *request, "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr")
    signer = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"]
    _openssl(folder, "x509", "-req", "-in", "server.csr", *signer, "-out", "server.pem")
    chain = (folder / "server.pem", folder / "server.key")
    return Certificates(folder / "ca.pem", _context(*chain), chain)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # No session tickets: each answer's bytes are then the answer's alone.
    context.num_tickets = 0
    return context


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=30)
