"""Which variables and files the bundle reads in a process whose environment tells its parts to do much."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tls_server import TLSServer

HERE = Path(__file__).resolve().parent
CASE = "00000000-0000-4000-8000-000000000001"
SQLITE = "libsqlite3.so.0"
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


def asked(
    program: Path,
    server: TLSServer,
    variables: dict[str, str],
    *,
    wrap: tuple[str, ...] = (),
    **config: str,
) -> tuple[set[str], set[str]]:
    """The variables and the files of one cancel."""
    authorities = str(server.authorities)
    settings = json.dumps({"base_url": server.url, "token": "t", "ca_file": authorities, **config})
    done = subprocess.run(
        [*wrap, str(program), settings, CASE],
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
    read, opened = asked(program, server, variables)
    assert read <= {"OPENSSL_ia32cap"}
    # jansson takes a number from the kernel, so that nobody can foresee the order of its hash tables.
    assert opened == {str(server.authorities), "/dev/urandom"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["openssl.cnf"]


def test_what_is_read_is_noticed(program: Path, server: TLSServer) -> None:
    """The check itself: the processor's features are looked up once, in one variable."""
    read, _ = asked(program, server, {})
    assert read == {"OPENSSL_ia32cap"}


def without_sqlite() -> tuple[str, ...]:
    """Words before a command that hide the machine's SQLite from it, where there is one."""
    lines = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    places = {line.split()[-1] for line in lines.splitlines() if line.split()[0] == SQLITE}
    hide = "".join(f"mount --bind /dev/null {place} && " for place in sorted(places))
    return ("unshare", "--mount", "sh", "-c", f'{hide}exec "$@"', "sh")


@pytest.mark.skipif(os.geteuid() != 0, reason="hides the machine's SQLite, which needs root")
def test_a_journal_needs_no_sqlite_of_the_machine(program: Path, server: TLSServer, tmp_path: Path) -> None:
    wrap = without_sqlite()
    load = [*wrap, sys.executable, "-c", f"import ctypes; ctypes.CDLL({SQLITE!r})"]
    assert subprocess.run(load, capture_output=True, check=False).returncode != 0
    journal = tmp_path / "cancels.journal"
    variables = {"SQLITE_TMPDIR": str(tmp_path), "TMPDIR": str(tmp_path)}
    read, opened = asked(program, server, variables, wrap=wrap, journal=str(journal))
    assert read <= {"OPENSSL_ia32cap"}
    own = {name for name in opened if Path(name).parent == tmp_path or Path(name) == tmp_path}
    assert opened - own <= {str(server.authorities), "/dev/urandom"}
    with closing(sqlite3.connect(journal)) as read_back:
        assert read_back.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert read_back.execute("SELECT case_id, outcome, settled FROM intent").fetchall() == [
            (CASE, "canceled", 1)
        ]
