"""The bundle beside the host's own TLS, HTTP and JSON libraries: in every order, under load, at the end."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tls_server import TLSServer

HERE = Path(__file__).resolve().parent
SUPPORT = HERE.parent / "Support"
# The system's, since pycurl is one of its packages.
PYTHON = ["/usr/bin/python3", str(HERE / "coexistence.py")]
RUBY = ["ruby", str(HERE / "coexistence.rb")]

PYTHON_ORDERS = [
    ["kcase", "ssl", "pycurl", "json-c"],
    ["json-c", "pycurl", "ssl", "kcase"],
    ["ssl", "kcase", "json-c", "pycurl"],
    ["pycurl", "kcase", "ssl"],
    ["json-c", "kcase"],
    ["kcase", "jansson", "pycurl"],
    ["jansson", "ssl", "kcase"],
]


@pytest.mark.parametrize("names", PYTHON_ORDERS, ids=",".join)
def test_python(names: list[str], server: TLSServer, library: Path) -> None:
    check(PYTHON, names, server, library)


@pytest.mark.parametrize("names", [["kcase", "openssl"], ["openssl", "kcase"]], ids=",".join)
def test_ruby(names: list[str], server: TLSServer, library: Path) -> None:
    check(RUBY, names, server, library)


def check(program: list[str], names: list[str], server: TLSServer, library: Path) -> None:
    command = [*program, server.url, str(server.authorities), str(library), *names]
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert (done.stderr, done.returncode) == ("", 0)
    counts = json.loads(done.stdout)
    assert {name for name, count in counts.items() if count > 0} == set(names)
