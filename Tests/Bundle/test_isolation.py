"""Which variables and files the bundle reads in a process whose environment tells its parts to do much."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tls_server import TLSServer

HERE = Path(__file__).resolve().parent
CASE = "00000000-0000-4000-8000-000000000001"
WARNINGS = ("-Wall", "-Wextra", "-Werror")


@pytest.fixture(scope="module")
def program(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cancels one case, and tells which variables and files are asked for."""
    made = tmp_path_factory.mktemp("program") / "ask"
    folder = library.parent
    words = [f"-I{folder.parent}/include", f"-L{folder}", "-lkcase", f"-Wl,-rpath,{folder}", "-ldl"]
    sources = [str(HERE / "ask.c"), str(HERE / "watch.c")]
    subprocess.run(["cc", *WARNINGS, "-rdynamic", *sources, *words, "-o", str(made)], check=True)
    return made


def asked(program: Path, url: str, authorities: Path, variables: dict[str, str]) -> tuple[set[str], set[str]]:
    """The variables and the files of one cancel."""
    settings = json.dumps({"base_url": url, "token": "t", "ca_file": str(authorities)})
    done = subprocess.run(
        [str(program), settings, CASE],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **variables},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "canceled: The case is canceled.\n"), done.stderr
    lines = [line.partition(" ") for line in done.stderr.splitlines()]
    assert {kind for kind, _, _ in lines} <= {"variable", "file"}
    found = {kind: {name for each, _, name in lines if each == kind} for kind in ("variable", "file")}
    return found["variable"], found["file"]


def test_nothing_is_read_but_what_was_given(program: Path, server: TLSServer, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    configuration = tmp_path / "openssl.cnf"
    configuration.write_text("openssl_conf = a\n[a]\nproviders = missing\n", encoding="ascii")
    variables = {
        "SSLKEYLOGFILE": str(keys),
        "OPENSSL_CONF": str(configuration),
        "OPENSSL_MODULES": str(tmp_path),
        "SSL_CERT_FILE": "/nonexistent",
        "SSL_CERT_DIR": str(tmp_path),
        "QLOGDIR": str(tmp_path),
        "RES_OPTIONS": "",
        "https_proxy": "http://127.0.0.1:9",
        "HOME": str(tmp_path),
    }
    read, opened = asked(program, server.url, server.authorities, variables)
    assert read <= {"OPENSSL_ia32cap"}
    # jansson takes a number from the kernel, so that nobody can foresee the order of its hash tables.
    assert opened == {str(server.authorities), "/dev/urandom"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["openssl.cnf"]


def test_what_is_read_is_noticed(program: Path, server: TLSServer) -> None:
    """The check itself: the processor's features are looked up once, in one variable."""
    read, _ = asked(program, server.url, server.authorities, {})
    assert read == {"OPENSSL_ia32cap"}
