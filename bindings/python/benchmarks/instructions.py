"""How many instructions a cancel takes through the package, and how that compares with C.

Callgrind counts what a process executes outside the kernel. The difference between a long run and a short one
leaves the start of the process out. C and Python ask the same server, over one kept connection.

    python instructions.py C_PROGRAM [WAY...]

C_PROGRAM is the benchmarks' client_kcase. KCASE_LIBRARY names the library that Python loads; it should be the
one that the program was linked with. PYTHONPATH may name another version of the package."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

SHORT, LONG = 100, 600
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"

#: What is done for each case, and in what surroundings.
WAYS = {
    "main thread": ("", "client.cancel(case).outcome"),
    "main thread, .reason": ("", "client.cancel(case).reason"),
    "main thread, INFO log": (
        "import logging; logging.basicConfig(level=logging.INFO, filename='/dev/null')",
        "client.cancel(case).outcome",
    ),
    "other thread": ("", "client.cancel(case).outcome"),
}

PROGRAM = """
import sys, threading
import kcase
{before}
def work():
    client = kcase.Client(base_url=sys.argv[1], token="header.payload.signature", max_connections=1)
    for number in range(int(sys.argv[2])):
        case = f"e074241e-36e8-444b-bf55-{{number:012x}}"
        {each}
{run}
"""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Answers every request with success and no body; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def _accept(listening: socket.socket) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    # On a busy machine, too, the answer shall be there soon: each further wait of a client is counted.
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    with connection:
        while data := connection.recv(65536):
            received += data
            while b"\r\n\r\n" in received:
                received = received.partition(b"\r\n\r\n")[2]
                connection.sendall(ANSWER)


def count(command: list[str]) -> int:
    """The instructions of one run."""
    counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}  # Else the start differs by millions from run to run.
    done = subprocess.run(
        [*counter, *command], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or found is None:
        raise RuntimeError(done.stderr)
    return int(found[1])


def each(command: list[str], url: str) -> int:
    long, short = (count([*command, url, str(cancels)]) for cancels in (LONG, SHORT))
    return (long - short) // (LONG - SHORT)


def program(way: str) -> str:
    before, call = WAYS[way]
    run = "work()"
    if way == "other thread":
        run = "thread = threading.Thread(target=work); thread.start(); thread.join()"
    return PROGRAM.format(before=before, each=call, run=run)


def main() -> int:
    c_program, *ways = sys.argv[1:]
    with server() as url:
        in_c = each([c_program], url)
        print(f"{'C':24} {in_c:8}")
        for way in ways or WAYS:
            figure = each([sys.executable, "-c", program(way)], url)
            print(f"{way:24} {figure:8}  {figure / in_c:.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
