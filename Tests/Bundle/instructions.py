"""How many instructions a cancel takes, by the bundle and by a careful loop on the libcurl inside it.

Both programs are the benchmarks' own, and ask the same server over one kept-alive connection. Callgrind
counts what a process executes outside the kernel. The difference between a long run and a short one leaves
the start of the process out.

    python3 Tests/Bundle/instructions.py BUNDLE PREFIX [--keep FOLDER]

prints both figures; PREFIX is where the bundle's static libraries are (bundle-work/ARCH/prefix). The exit
status is 1 if the bundle takes more."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

CLIENTS = Path(__file__).resolve().parents[1] / "Benchmarks/clients"
SHORT, LONG = 200, 1200
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"
STATIC = ("libcurl.a", "libnghttp2.a", "libz.a", "libssl.a", "libcrypto.a")


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


def build(folder: Path, bundle: Path, prefix: Path) -> dict[str, Path]:
    """Builds both programs."""
    shared = ["one_after_another.c", "cost.c"]
    programs = {
        "kcase": (
            [*shared, "client_kcase.c", "open_kcase.c"],
            [f"-I{bundle}/include", f"-L{bundle}/lib", "-lkcase", f"-Wl,-rpath,{bundle}/lib"],
        ),
        "curl": (
            [*shared, "client_curl.c", "careful_easy.c"],
            [f"-I{prefix}/include", *(f"{prefix}/lib/{name}" for name in STATIC), "-lpthread", "-ldl"],
        ),
    }
    for name, (sources, words) in programs.items():
        files = [str(CLIENTS / source) for source in sources]
        command = ["cc", "-std=c99", "-O2", *files, *words, "-o", str(folder / name)]
        subprocess.run(command, check=True)
    return {name: folder / name for name in programs}


def count(program: Path, url: str, cancels: int) -> int:
    """The instructions of one run."""
    output = program.with_suffix(f".callgrind.{cancels}")
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={output}"]
    words = [*command, str(program), url, str(cancels)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=300)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if found is None:
        raise RuntimeError(done.stderr)
    return int(found[1])


def per_cancel(bundle: Path, prefix: Path, folder: Path) -> dict[str, int]:
    """The instructions of one cancel by each program."""
    with server() as url:
        return {
            name: (count(program, url, LONG) - count(program, url, SHORT)) // (LONG - SHORT)
            for name, program in build(folder, bundle, prefix).items()
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("prefix", type=Path)
    parser.add_argument("--keep", type=Path, help="leave the programs and callgrind's output here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        figures = per_cancel(given.bundle.resolve(), given.prefix.resolve(), folder.resolve())
    for name, figure in figures.items():
        print(f"{name}: {figure} instructions per cancel")
    print(f"ratio: {figures['kcase'] / figures['curl']:.3f}")
    return 0 if figures["kcase"] <= figures["curl"] else 1


if __name__ == "__main__":
    sys.exit(main())
