"""Proxies that refuse, and what the environment says about proxies: nothing goes another way than was asked
for, no password is tried twice, and none is told."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from kcase_library import load, take
from library import BUILD, Client
from tls_server import TLSServer

LIBRARY = load(BUILD / "lib/libkcase.so.1")
PASSWORD = "hunter2-of-the-proxy"
VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


class RefusingProxy:
    """Answers each connection in the same way, and keeps what was asked."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = answers
        self.asked: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                for answer in self.answers:
                    self.asked.append(connection.recv(4096))
                    connection.sendall(answer)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def free_port() -> Iterator[int]:
    """Nobody listens there while the socket has it."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_407_is_final():
    answer = b'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
    with closing(RefusingProxy(answer)) as proxy:
        url = f"http://company7:{PASSWORD}@127.0.0.1:{proxy.port}"
        with closing(Client("https://service.invalid", timeout_ms=5000, proxy=url)) as client:
            result = client.cancel("case")
            assert (result["outcome"], result["reason"]) == ("not_sent", "proxy"), result
            assert "user name and password" in result["message"]
            assert (len(result["attempts"]), len(proxy.asked)) == (1, 1)
            with closing(client.batch()) as batch:
                for number in range(3):
                    batch.add(f"case-{number}")
                results = [batch.next(8000) for _ in range(3)]
            assert [(each["outcome"], each["reason"]) for each in results] == [("not_sent", "proxy")] * 3
            assert len(proxy.asked) == 4
            assert PASSWORD not in json.dumps([result, results])


def test_a_refused_socks_password_is_final():
    with closing(RefusingProxy(b"\x05\x02", b"\x01\x01")) as proxy:
        url = f"socks5h://user:{PASSWORD}@127.0.0.1:{proxy.port}"
        with closing(Client("https://service.invalid", timeout_ms=5000, proxy=url)) as client:
            result = client.cancel("case")
        assert (result["outcome"], result["reason"]) == ("not_sent", "proxy"), result
        assert (len(result["attempts"]), len(proxy.asked)) == (1, 2)


@pytest.mark.parametrize("how", ["given", "environment"])
def test_a_proxy_that_is_not_there_is_named(environment, free_port, how):
    url = f"http://user:{PASSWORD}@127.0.0.1:{free_port}"
    environment.setenv("https_proxy", url)
    settings = {"proxy": url if how == "given" else "environment"}
    with closing(Client("https://service.invalid", timeout_ms=5000, max_attempts=2, **settings)) as client:
        result = client.cancel("case")
    assert (result["outcome"], result["reason"]) == ("not_sent", "proxy"), result
    assert "the proxy" in result["message"] and PASSWORD not in json.dumps(result)


def test_a_variable_that_does_not_matter_is_not_looked_at(environment, free_port, tmp_path):
    """The first one counts; an empty one is none; and no_proxy has the last word."""
    environment.setenv("https_proxy", "")
    environment.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port}")
    environment.setenv("ALL_PROXY", "nonsense://x")
    environment.setenv("NO_PROXY", "other.invalid,127.0.0.1")
    with TLSServer(tmp_path) as server:
        settings = {"ca_file": server.authorities, "proxy": "environment", "timeout_ms": 5000}
        with closing(Client(server.url, **settings)) as client:
            assert client.cancel("case")["outcome"] == "canceled"
        environment.delenv("NO_PROXY")
        with closing(Client(server.url, max_attempts=1, **settings)) as client:
            assert client.cancel("case")["reason"] == "proxy"


@pytest.mark.parametrize("name", VARIABLES[:4])
@pytest.mark.parametrize(
    "value",
    [
        f"http://user:{PASSWORD}#@host:1",
        f"http://user:{PASSWORD}/@host:1",
        f"http://user:{PASSWORD}?@host:1",
        f"http://user:{PASSWORD} @host:1",
        f"http://user:{PASSWORD}%09@host:1",
        f"http://user:{PASSWORD}@host:port",
        f"htp://user:{PASSWORD}@host:1",
    ],
)
def test_a_malformed_variable_is_named_and_not_quoted(environment, name, value):
    environment.setenv(name, value)
    config = {"environment": "stage", "token": "token", "proxy": "environment"}
    error = ctypes.c_void_p()
    assert not LIBRARY.kcase_client_new(json.dumps(config).encode(), ctypes.byref(error))
    result = take(LIBRARY, error)
    assert result["outcome"] == "invalid"
    assert result["message"].startswith(f"proxy: {name} in the environment must be")
    assert PASSWORD not in json.dumps(result)
    assert name in os.environ
