"""Instructions per cancel. Callgrind counts what a process executes outside the kernel; the difference
between a long run and a short one leaves the start of the process out. Every program asks the same server,
over one kept connection, and is called with the server's address and the number of cancels."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator, Sequence

SHORT, LONG = 200, 1200
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"


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


def per_cancel(command: Sequence[str], url: str, short: int = SHORT, long: int = LONG) -> int:
    """What one cancel takes."""
    return (_count([*command, url, str(long)]) - _count([*command, url, str(short)])) // (long - short)


def _count(command: Sequence[str]) -> int:
    """The instructions of one run."""
    counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}  # Else Python's start differs by millions.
    done = subprocess.run(
        [*counter, *command], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or found is None:
        raise RuntimeError(done.stderr)
    return int(found[1])
