"""Servers, certificates and keys of many kinds: what was left out of the bundle's OpenSSL is none that they
need."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_authorities import ask

PASSWORD = "pass phrase 99"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

# The words of openssl req for a key of each kind.
KEYS = {
    "rsa": ("rsa:2048",),
    "rsa-3072": ("rsa:3072",),
    "rsa-pss": ("rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"),
    "p256": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "p384": ("ec", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "p521": ("ec", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "ed25519": ("ed25519",),
}

# Ciphers of TLS 1.2, each with a key that it goes with.
CIPHERS = {
    "ECDHE-RSA-AES128-GCM-SHA256": "rsa",
    "ECDHE-RSA-AES256-GCM-SHA384": "rsa",
    "ECDHE-ECDSA-AES256-GCM-SHA384": "p384",
    "ECDHE-RSA-CHACHA20-POLY1305": "rsa",
    "ECDHE-RSA-AES128-SHA256": "rsa",
    "ECDHE-RSA-AES256-SHA": "rsa",
    "DHE-RSA-AES128-GCM-SHA256": "rsa",
    "AES128-GCM-SHA256": "rsa",
    "AES256-SHA": "rsa",
}

# How a key in a PEM file is encrypted: the words of openssl pkey, pkcs8 and rsa.
ENCRYPTIONS = {
    "pbes2-aes256": ("pkcs8", "-topk8", "-v2", "aes-256-cbc"),
    "pbes2-aes128-sha512": ("pkcs8", "-topk8", "-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"),
    "pbes2-3des": ("pkcs8", "-topk8", "-v2", "des3"),
    "pbe-sha1-3des": ("pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"),
    "old-aes256": ("rsa", "-traditional", "-aes256"),
    "old-3des": ("rsa", "-traditional", "-des3"),
}


def openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60)


def make_pair(folder: Path, kind: str) -> tuple[Path, Path]:
    """A certificate for the loopback that is its own authority, and its key."""
    certificate, key = folder / f"{kind}.pem", folder / f"{kind}.key"
    openssl(
        *("req", "-x509", "-newkey", *KEYS[kind], "-nodes", "-subj", "/CN=127.0.0.1", "-days", "30"),
        *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate),
    )
    return certificate, key


@contextmanager
def serving(context: ssl.SSLContext) -> Iterator[str]:
    """Accepts every cancel, until it is left."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                accepted, _ = listening.accept()
            except OSError:
                return
            accepted.settimeout(30)
            try:
                with context.wrap_socket(accepted, server_side=True) as connection:
                    while connection.recv(16384):
                        connection.sendall(ANSWER)
            except OSError:
                accepted.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        # To close it alone would leave the thread in accept.
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def outcome(library: Path, context: ssl.SSLContext, authority: Path, **config: str) -> str:
    with serving(context) as url:
        cancel = ask(library, base_url=url, ca_file=str(authority), **config)["cancel"]
    return f"{cancel['outcome']}: {cancel['message']}"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("kind", KEYS)
def test_certificates(library: Path, tmp_path: Path, kind: str, version: ssl.TLSVersion) -> None:
    certificate, key = make_pair(tmp_path, kind)
    context = server_context(certificate, key)
    context.minimum_version = context.maximum_version = version
    assert outcome(library, context, certificate) == "canceled: The case is canceled."


@pytest.mark.parametrize("cipher", CIPHERS)
def test_ciphers_of_tls_1_2(library: Path, tmp_path: Path, cipher: str) -> None:
    certificate, key = make_pair(tmp_path, CIPHERS[cipher])
    context = server_context(certificate, key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(cipher)
    parameters = tmp_path / "dh.pem"
    openssl("genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", parameters)
    context.load_dh_params(parameters)
    assert outcome(library, context, certificate) == "canceled: The case is canceled."


@pytest.mark.parametrize("curve", ["prime256v1", "secp384r1", "secp521r1"])
def test_curves(library: Path, tmp_path: Path, curve: str) -> None:
    certificate, key = make_pair(tmp_path, "rsa")
    context = server_context(certificate, key)
    context.set_ecdh_curve(curve)
    assert outcome(library, context, certificate) == "canceled: The case is canceled."


@pytest.mark.parametrize("kind", KEYS)
def test_client_certificates(library: Path, tmp_path: Path, kind: str) -> None:
    certificate, key = make_pair(tmp_path, kind)
    context = server_context(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(certificate)
    files = {"client_cert": str(certificate), "client_key": str(key)}
    assert outcome(library, context, certificate, **files) == "canceled: The case is canceled."


@pytest.mark.parametrize("form", ENCRYPTIONS)
def test_encrypted_keys(library: Path, tmp_path: Path, form: str) -> None:
    certificate, key = make_pair(tmp_path, "rsa")
    encrypted = tmp_path / "encrypted.key"
    openssl(*ENCRYPTIONS[form], "-in", key, "-passout", f"pass:{PASSWORD}", "-out", encrypted)
    context = server_context(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(certificate)
    files = {"client_cert": str(certificate), "client_key": str(encrypted), "client_key_password": PASSWORD}
    assert outcome(library, context, certificate, **files) == "canceled: The case is canceled."


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handshake of both sides, by the libraries inside the bundle: few machines have so new a server."""
    made = tmp_path_factory.mktemp("exchange") / "exchange"
    prefix = os.environ["BUNDLE_PREFIX"]
    libraries = (f"{prefix}/lib/libssl.a", f"{prefix}/lib/libcrypto.a", "-lpthread", "-ldl")
    source = Path(__file__).with_name("exchange.c")
    words = ("-Wall", "-Wextra", "-Werror", source, f"-I{prefix}/include", *libraries, "-o", made)
    subprocess.run(["cc", *map(str, words)], check=True)
    return made


@pytest.mark.parametrize(
    "group", ["X25519MLKEM768", "x25519", "secp256r1", "secp384r1", "secp521r1", "ffdhe2048"]
)
def test_key_exchanges(exchange: Path, tmp_path: Path, group: str) -> None:
    command = [str(exchange), *map(str, make_pair(tmp_path, "p256")), group]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, group)


def test_a_certificate_of_another_is_refused(library: Path, tmp_path: Path) -> None:
    """The check itself: nothing here passes without a signature that fits."""
    certificate, key = make_pair(tmp_path, "p256")
    another, _ = make_pair(tmp_path, "rsa")
    assert outcome(library, server_context(certificate, key), another).startswith("not_sent: ")
