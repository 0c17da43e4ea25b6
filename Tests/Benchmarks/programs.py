"""The programs that are measured: kcase from three languages, and what a user might take instead.

Each is given the service's address and what to do, prints one JSON object (clients/cost.h) and ends with
status 0 only if every case was canceled.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from local_nginx import Failure

CLIENTS = Path(__file__).resolve().parent / "clients"
RUN_SECONDS_MAX = 900


@dataclass(frozen=True)
class Program:
    name: str
    what: str
    command: tuple
    # A slow one cancels fewer cases, and takes part in fewer rounds: each `every`-th.
    share: float = 1.0
    every: int = 1
    # False: it makes a connection for every case, and nothing can be done about it.
    keeps_connection: bool = True
    over_tls: bool = True
    environment: dict = field(default_factory=dict)

    def takes_part(self, turn):
        return turn % self.every == 0

    def run(self, *arguments):
        """What the program reports."""
        command = [*map(str, self.command), *map(str, arguments)]
        environment = {**os.environ, **self.environment}
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env=environment, timeout=RUN_SECONDS_MAX
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failure(f"{self.name}: {error}") from None
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def measure(program, server, *arguments):
    """One run, with the connections and requests that the server saw of it."""
    connections, requests = server.counts()
    cost = program.run(*arguments)
    connections_after, requests_after = server.counts()
    cost["connections"] = connections_after - connections - 1
    if requests_after - requests - 1 != cost["requests"]:
        seen = requests_after - requests - 1
        raise Failure(f"{program.name}: {seen} requests; {cost['requests']} were expected")
    return cost


def python_program(bench, script, name, title, what, path="openapi/python", **more):
    """By the interpreter that has the Python peers; `path` is where else it looks for modules."""
    environment = {
        "KCASE_LIBRARY": str((bench / "../lib/libkcase.so.1").resolve()),
        "PYTHONPATH": str((bench / path).resolve()),
        # Compiled once, as an installed package is.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str((bench / "pycache").resolve()),
    }
    command = (bench / "venv/bin/python", CLIENTS / script, name)
    return Program(title, what, command, environment=environment, **more)


def ruby_program(bench, script, title, what, *arguments, **more):
    environment = {"KCASE_LIBRARY": str((bench / "../lib/libkcase.so.1").resolve())}
    return Program(title, what, ("ruby", CLIENTS / script, *arguments), environment=environment, **more)


def one_after_another_programs(bench):
    script, ruby_script = "one_after_another.py", "one_after_another.rb"
    slow = {"share": 0.3, "every": 4}
    return [
        Program("socket", "bare socket in C: the floor", (bench / "client_socket",), over_tls=False),
        Program("curl", "C: careful loop on libcurl's easy interface", (bench / "client_curl",)),
        Program("kcase", "C: outcome looked at, result freed", (bench / "client_kcase",)),
        Program("kcase json", "C: the same, result's JSON read", (bench / "client_kcase_json",)),
        Program(
            "kcase bundle",
            "C: as kcase, with the one-file library",
            (bench / "client_kcase",),
            environment={"LD_LIBRARY_PATH": str((bench / "../bundle/lib").resolve())},
        ),
        Program(
            "openapi C",
            "C: client made by openapi-generator; a new connection for each call",
            (bench / "client_openapi",),
            keeps_connection=False,
            **slow,
        ),
        python_program(bench, script, "kcase", "kcase Python", "Python: kcase by ctypes", every=2),
        python_program(
            bench,
            script,
            "package",
            "kcase package",
            "Python: the package",
            path="../../bindings/python/src",
            every=2,
        ),
        python_program(bench, script, "pycurl", "pycurl", "Python: with a newer libcurl of its own", every=2),
        python_program(
            bench,
            script,
            "pycurl",
            "pycurl system",
            "Python: on the system's libcurl",
            path="pycurl",
            every=2,
        ),
        python_program(bench, script, "http.client", "http.client", "Python: standard library", **slow),
        python_program(bench, script, "requests", "requests", "Python: a requests session", **slow),
        python_program(bench, script, "httpx", "httpx", "Python: an httpx client", **slow),
        python_program(
            bench, script, "openapi", "openapi Python", "Python: made by openapi-generator", **slow
        ),
        ruby_program(bench, ruby_script, "kcase Ruby", "Ruby: kcase by fiddle", "kcase", every=2),
        ruby_program(bench, ruby_script, "kcase gem", "Ruby: the gem", "gem", every=2),
        ruby_program(
            bench, ruby_script, "Net::HTTP", "Ruby: standard library, kept open", "net/http", **slow
        ),
    ]


def batch_programs(bench):
    """Each is given the address, how many cases, how many side by side, and whom to trust."""
    return [
        Program("multi", "C: libcurl multi, perform and poll", (bench / "batch_multi",)),
        Program("multi epoll", "C: libcurl multi, socket_action and epoll", (bench / "batch_multi_socket",)),
        Program("kcase", "C: a batch", (bench / "batch_kcase",)),
        python_program(bench, "batch.py", "aiohttp", "aiohttp", "Python: 64 tasks", every=2),
        python_program(bench, "batch.py", "httpx", "httpx", "Python: 64 tasks, HTTP/2", every=2),
        python_program(bench, "batch.py", "requests", "requests", "Python: a session, 64 threads", every=2),
        ruby_program(bench, "batch.rb", "Net::HTTP", "Ruby: 64 threads, a connection each", every=2),
    ]
