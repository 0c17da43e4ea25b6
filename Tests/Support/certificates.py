"""A throw-away authority, and its certificate for the loopback."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class Certificates:
    """PEM files. `authority` is what a client is told to trust."""

    authority: Path
    chain: Path
    key: Path

    def server_context(self, *protocols: str, tickets: bool = True) -> ssl.SSLContext:
        """A server's context that offers these protocols, the first one first."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        if not tickets:
            context.num_tickets = 0
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context


def make_certificates(folder: Path) -> Certificates:
    """Needs the program openssl."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    made = Certificates(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    authority_key, request, names = folder / "authority.key", folder / "server.csr", folder / "names"
    names.write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n", encoding="ascii")
    _openssl(
        *("req", "-x509", *_KEY, "-subj", "/CN=kcase test authority", "-days", "30"),
        *("-addext", "keyUsage=critical,keyCertSign", "-keyout", authority_key, "-out", made.authority),
    )
    _openssl("req", *_KEY, "-subj", "/CN=127.0.0.1", "-keyout", made.key, "-out", request)
    _openssl(
        *("x509", "-req", "-in", request, "-CA", made.authority, "-CAkey", authority_key),
        *("-CAcreateserial", "-days", "30", "-extfile", names, "-out", made.chain),
    )
    return made


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)
