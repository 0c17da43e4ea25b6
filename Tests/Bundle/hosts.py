"""The programs that are run with the bundle alone: the examples, and the README's first programs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Support"))

from readme import ADDRESS, first_program
from sandbox import TOKEN, Sandbox
from tls_server import TLSServer

CANCELED = "canceled: The case is canceled."


@contextmanager
def sandbox(binary: Path) -> Iterator[str]:
    """Runs the simulated service; gives its address."""
    with closing(Sandbox("--cases", "8", binary=binary)) as running:
        yield running.url


@contextmanager
def tls_server(folder: Path) -> Iterator[tuple[str, Path]]:
    """Runs a server that cancels every case; gives its address and the file that clients trust."""
    with TLSServer(folder) as server:
        yield server.url, server.authorities


def first_program_with(language: str, url: str, ca_file: str | None) -> str:
    """As the README has it, but for the address and the certificate authorities."""
    program = first_program(language)
    assert f'"{TOKEN}"' in program
    key = '"ca_file": ' if language == "python" else "ca_file: "
    more = "" if ca_file is None else f', {key}"{ca_file}"'
    return program.replace(ADDRESS, url).replace(f'"{TOKEN}"', f'"{TOKEN}"{more}')


def configuration(url: str, ca_file: str | None, **more: object) -> str:
    return json.dumps({"base_url": url, "token": TOKEN, "ca_file": ca_file, **more})


class Report:
    """Counts what was as it should be, and says it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.passed = self.failed = 0

    def expect(self, what: str, wanted: str, done: subprocess.CompletedProcess[str], code: int = 0) -> None:
        good = wanted in done.stdout and done.returncode == code and done.stderr == ""
        self.passed += good
        self.failed += not good
        said = "" if good else f": exit code {done.returncode}, {(done.stdout + done.stderr).strip()}"
        print(f"[{'   OK   ' if good else ' FAILED '}] {what}{said}", flush=True)

    def end(self) -> int:
        print(f"{self.name}: {self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
