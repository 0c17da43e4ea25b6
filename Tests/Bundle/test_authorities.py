"""Which certificate authorities are believed, and what is said when there are none."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tls_server import TLSServer

SUPPORT = Path(__file__).resolve().parents[1] / "Support"
ASK = """
import ctypes, json, sys
from kcase_library import load, take
kcase = load(sys.argv[1])
error = ctypes.c_void_p()
client = kcase.kcase_client_new(sys.argv[2].encode(), ctypes.byref(error))
if not client:
    print(json.dumps({"refused": kcase.kcase_result_message(error).decode()}))
    sys.exit()
check = kcase.kcase_check(client)
cancel = kcase.kcase_cancel(client, b"00000000-0000-4000-8000-000000000001", None)
print(json.dumps({
    "build": json.loads(kcase.kcase_build_info()),
    "check": take(kcase, check),
    "cancel": take(kcase, cancel),
}))
"""


def ask(
    library: Path, *, wrap: tuple[str, ...] = (), environment: dict[str, str] | None = None, **config: str
) -> Any:
    """What a program hears that makes one client and calls it."""
    settings = json.dumps({"token": "t", "timeout_ms": 3000, **config})
    command = [*wrap, sys.executable, "-c", ASK, str(library), settings]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SSL_")}
    variables = {**kept, "PYTHONPATH": str(SUPPORT), **(environment or {})}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=variables)
    assert (done.stderr, done.returncode) == ("", 0)
    return json.loads(done.stdout)


def test_the_systems_file_is_found_and_told(server: TLSServer, library: Path) -> None:
    heard = ask(library, base_url=server.url)
    assert Path(heard["build"]["ca_file"]).is_file()
    assert "ca_advice" not in heard["build"]
    assert heard["cancel"]["outcome"] == "not_sent"  # this server is not among the system's


def test_a_file_that_is_given_is_used(server: TLSServer, library: Path) -> None:
    heard = ask(library, base_url=server.url, ca_file=str(server.authorities))
    assert heard["cancel"]["outcome"] == "canceled"


def test_the_environment_is_obeyed_when_asked(server: TLSServer, library: Path) -> None:
    variables = {"SSL_CERT_FILE": str(server.authorities)}
    assert ask(library, base_url=server.url, environment=variables)["cancel"]["outcome"] == "not_sent"
    heard = ask(library, base_url=server.url, ca_file="environment", environment=variables)
    assert heard["cancel"]["outcome"] == "canceled"
    heard = ask(
        library, base_url=server.url, ca_file="environment", environment={"SSL_CERT_FILE": "/nonexistent"}
    )
    assert "SSL_CERT_FILE" in heard["refused"]


def test_openssls_own_variables_and_files_are_not_obeyed(
    server: TLSServer, library: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    broken = tmp_path / "openssl.cnf"
    broken.write_text("openssl_conf = a\n[a]\nssl_conf = b\nproviders = missing\n[b", encoding="ascii")
    variables = {"OPENSSL_CONF": str(broken), "OPENSSL_MODULES": str(tmp_path), "SSLKEYLOGFILE": str(keys)}
    heard = ask(library, base_url=server.url, ca_file=str(server.authorities), environment=variables)
    assert heard["cancel"]["outcome"] == "canceled"
    assert not keys.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="hides the system's files, which needs root")
def test_where_there_is_none_it_is_said_what_to_do(server: TLSServer, library: Path, tmp_path: Path) -> None:
    assert shutil.which("unshare")
    hide = " && ".join(
        f"mount -t tmpfs none {place}" for place in ("/etc/ssl", "/etc/pki") if Path(place).is_dir()
    )
    wrap = ("unshare", "--mount", "sh", "-c", f'{hide} && exec "$@"', "sh")
    heard = ask(library, wrap=wrap, base_url=server.url)
    assert heard["build"]["ca_file"] is None
    for text in (heard["build"]["ca_advice"], json.dumps(heard["check"]), json.dumps(heard["cancel"])):
        assert "no file of certificate authorities was found" in text
        assert "ca_file" in text
    assert heard["cancel"]["outcome"] == "not_sent"


def test_the_library_stays_when_it_is_closed(library: Path) -> None:
    loaded = ctypes.CDLL(str(library))
    closing = ctypes.CDLL(None).dlclose
    closing.argtypes = [ctypes.c_void_p]
    assert closing(loaded._handle) == 0
    assert str(library) in Path("/proc/self/maps").read_text(encoding="ascii")
