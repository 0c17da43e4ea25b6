"""Certificates and keys of clients: their files are checked when the client is made, nobody is asked for a
password, and a server that wants another one is understood."""

from __future__ import annotations

import ctypes
import json
import os
import pty
import select
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from certificates import Certificates
from kcase_library import load, take
from library import BUILD, Client
from mutual_tls import PASSWORD, ClientFiles, MutualTLSServer, make_client_files

LIBRARY = load(BUILD / "lib/libkcase.so.1")
V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
EACH_VERSION = pytest.mark.parametrize("version", [V1_2, V1_3], ids=lambda version: version.name)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ClientFiles:
    made = make_client_files(tmp_path_factory.mktemp("client"))
    os.mkfifo(made["fifo"])
    Path(made["folder"]).mkdir()
    made.write("empty", b"")
    made.write("text", b"hello\n")
    made.write("cut.pem", made.read("known.pem")[:500])
    made.write("cut.key", made.read("known.key")[:500])
    made.write("marked.pem", b"\xef\xbb\xbf" + made.read("known.pem"))
    made.write("both.pem", made.read("known.pem") + made.read("known.key"))
    made.write("both-encrypted.pem", made.read("known.pem") + made.read("encrypted.key"))
    lines = made.read("known.pem").splitlines(keepends=True)
    made.write("short.pem", b"".join(lines[:3] + lines[4:]))
    # As long as it says, and no certificate inside.
    made.write("hollow.pem", b"-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n")
    return made


def refusal(files: ClientFiles, **names: str) -> str | None:
    """The message with which a client is refused; None: it was made."""
    config = {"base_url": "https://127.0.0.1:1", "token": "token"}
    for key, name in names.items():
        is_name = key != "client_key_password" and not name.startswith(("/", "pkcs11:", "engine:"))
        config[key] = files[name] if is_name else name
    error = ctypes.c_void_p()
    began = time.monotonic()
    client = LIBRARY.kcase_client_new(json.dumps(config).encode(), ctypes.byref(error))
    assert time.monotonic() - began < 2
    if client:
        LIBRARY.kcase_client_free(client)
        return None
    result = take(LIBRARY, error)
    assert (result["outcome"], result["attempts"]) == ("invalid", [])
    assert PASSWORD not in result["message"]
    return result["message"]


KNOWN = {"client_cert": "known.pem", "client_key": "known.key"}
ENCRYPTED = {"client_cert": "known.pem", "client_key": "encrypted.key"}
OLD = {"client_cert": "known.pem", "client_key": "encrypted-old.key"}

BAD_FILES = {
    "fifo": "regular file",
    "/dev/zero": "regular file",
    "folder": "folder",
    "empty": "empty",
    "nowhere": "no such file",
    "text": "PEM",
    "known.der": "PEM",
    "pkcs11:token=x": "must be the path of a file",
    "engine:pkcs11": "must be the path of a file",
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("key", ["client_cert", "client_key"])
def test_a_file_that_is_none_is_refused(files, key, name):
    message = refusal(files, **{**KNOWN, key: name})
    assert message and message.startswith(f"{key}: ") and BAD_FILES[name] in message


@pytest.mark.parametrize("name", BAD_FILES)
def test_authorities_that_are_none_are_refused(files, name):
    message = refusal(files, ca_file=name)
    assert message and message.startswith("ca_file: ") and BAD_FILES[name] in message


@pytest.mark.parametrize("name", ["known.key", "marked.pem", "cut.pem", "short.pem", "hollow.pem"])
@pytest.mark.parametrize("key", ["ca_file", "client_cert"])
def test_a_file_without_a_sound_certificate_is_refused(files, key, name):
    message = refusal(files, **({"ca_file": name} if key == "ca_file" else {**KNOWN, key: name}))
    assert message and message.startswith(f"{key}: ") and "certificate" in message


@pytest.mark.parametrize("name", ["known.pem", "cut.key", "other.key"])
def test_a_key_that_is_damaged_or_does_not_fit_is_refused(files, name):
    message = refusal(files, client_cert="known.pem", client_key=name)
    assert message and message.startswith("client_key: ")
    if name == "other.key":
        assert "does not fit" in message


@pytest.mark.parametrize("config", [ENCRYPTED, OLD, {"client_cert": "both-encrypted.pem"}], ids=str)
def test_an_encrypted_key_takes_its_password(files, config):
    named = "client_key" if "client_key" in config else "client_cert"
    without = refusal(files, **config)
    assert without and without.startswith(f"{named}: ") and "client_key_password" in without
    wrong = refusal(files, **config, client_key_password="wrong")
    assert wrong and wrong.startswith("client_key_password: ")
    line_end = refusal(files, **config, client_key_password=PASSWORD + "\n")
    assert line_end and "line end" in line_end
    assert refusal(files, **config, client_key_password=PASSWORD) is None


@pytest.mark.parametrize(
    "config", [KNOWN, {"client_cert": "both.pem"}, {"ca_file": "known.pem"}, {"ca_file": "both.pem"}], ids=str
)
def test_sound_files_are_taken(files, config):
    assert refusal(files, **config) is None


def test_a_password_needs_a_certificate(files):
    message = refusal(files, client_key_password="x")
    assert message and message.startswith("client_cert: ")


# --- Nobody is asked, even if the key became encrypted after it was checked --------------------------------


def cancel_with_a_key_that_changes(url: str, authority: str, folder: str) -> None:
    """What the program below does."""
    key = Path(folder) / "changing.key"
    key.write_bytes((Path(folder) / "known.key").read_bytes())
    certificate = str(Path(folder) / "known.pem")
    pair = {"client_cert": certificate, "client_key": str(key)}
    with closing(Client(url, timeout_ms=2000, ca_file=Path(authority), max_attempts=1, **pair)) as client:
        key.write_bytes((Path(folder) / "encrypted.key").read_bytes())
        result = client.cancel("case")
    print("RESULT", result["outcome"], result["reason"], "REST", os.read(0, 100).decode().strip(), flush=True)


@pytest.fixture
def server(authority: Certificates, files: ClientFiles) -> Iterator[MutualTLSServer]:
    with closing(MutualTLSServer(authority, files["known.pem"], V1_3)) as made:
        yield made


def program(server: MutualTLSServer, authority: Certificates, files: ClientFiles) -> list[str]:
    return [sys.executable, __file__, server.url, str(authority.authority), str(files.folder)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_the_standard_input_is_the_hosts(server, authority, files):
    done = subprocess.run(
        program(server, authority, files), input=b"first row\n", capture_output=True, timeout=20, check=True,
        start_new_session=True, env=environment(),
    )  # fmt: skip
    assert done.stdout.decode().split() == ["RESULT", "not_sent", "tls", "REST", "first", "row"]
    assert done.stderr == b""


def test_a_terminal_shows_no_question(server, authority, files):
    process, terminal = pty.fork()
    if process == 0:
        arguments = program(server, authority, files)
        os.execve(arguments[0], arguments, environment())
    os.write(terminal, b"typed\n")
    shown, deadline = b"", time.monotonic() + 20
    # Until the program has ended, and its terminal with it.
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += os.read(terminal, 1000)
            except OSError:
                break
    os.close(terminal)
    os.waitpid(process, 0)
    assert b"RESULT not_sent tls REST typed" in shown
    assert b"pass" not in shown.lower()


# --- A server that wants a certificate ----------------------------------------------------------------------


def settings(files: ClientFiles, name: str | None) -> dict[str, str]:
    return {"client_cert": files[f"{name}.pem"], "client_key": files[f"{name}.key"]} if name else {}


@EACH_VERSION
@pytest.mark.parametrize("tickets", [True, False], ids=["tickets", "no tickets"])
@pytest.mark.parametrize(
    ("name", "words"),
    [(None, "the server wants a client certificate"), ("other", "does not accept the client certificate")],
)
def test_a_server_that_wants_another_certificate_is_understood(
    authority, files, version, tickets, name, words
):
    with (
        closing(MutualTLSServer(authority, files["known.pem"], version, tickets=tickets)) as server,
        closing(
            Client(server.url, timeout_ms=8000, ca_file=authority.authority, **settings(files, name))
        ) as client,
    ):
        result = client.cancel("case")
        assert (result["outcome"], result["reason"]) == ("not_sent", "tls"), result
        assert words in result["message"]
        assert [attempt["sent"] for attempt in result["attempts"]] == [False]
        with closing(client.batch()) as batch:
            for number in range(3):
                batch.add(f"case-{number}")
            results = [batch.next(8000) for _ in range(3)]
        assert [result["outcome"] for result in results] == ["not_sent"] * 3
        assert all(words in result["message"] for result in results)
        assert (server.requests, server.connections) == (0, 4)


@EACH_VERSION
@pytest.mark.parametrize("tickets", [True, False], ids=["tickets", "no tickets"])
def test_a_known_certificate_is_accepted(authority, files, version, tickets):
    with (
        closing(MutualTLSServer(authority, files["known.pem"], version, tickets=tickets)) as server,
        closing(
            Client(server.url, timeout_ms=8000, ca_file=authority.authority, **settings(files, "known"))
        ) as client,
    ):
        for number in range(3):
            assert client.cancel(f"case-{number}")["outcome"] == "canceled"
        assert (server.requests, server.connections) == (3, 1)


if __name__ == "__main__":
    cancel_with_a_key_that_changes(*sys.argv[1:])
