"""A throw-away certificate for the loopback, and the authority that vouches for it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


@dataclass(frozen=True)
class Certificate:
    """PEM files. `authority` is what a client is told to trust."""

    authority: Path
    chain: Path
    key: Path


def make_certificate(folder):
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    made = Certificate(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    authority_key, request, names = folder / "authority.key", folder / "server.csr", folder / "names"
    names.write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n")
    openssl(
        *("req", "-x509", *KEY, "-subj", "/CN=kcase bench authority", "-days", "30"),
        *("-addext", "keyUsage=critical,keyCertSign", "-keyout", authority_key, "-out", made.authority),
    )
    openssl("req", *KEY, "-subj", "/CN=127.0.0.1", "-keyout", made.key, "-out", request)
    openssl(
        *("x509", "-req", "-in", request, "-CA", made.authority, "-CAkey", authority_key),
        *("-CAcreateserial", "-days", "30", "-extfile", names, "-out", made.chain),
    )
    return made


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
