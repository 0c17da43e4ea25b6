"""The simulated KarmaCheck as a test uses it: on a free port, with faults on purpose, asked for the truth."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SANDBOX", ROOT / "build" / "bin" / "kcase-sandbox"))

TOKEN = "sandbox-token"
API_KEY = "5e0c6a7e-0000-4000-8000-00000000a911"
CLIENT_ACCESS_TOKEN = "5e0c6a7e-0000-4000-8000-0000000c11e7"


def fixture_case(number: int) -> str:
    """One of the sandbox's own cases; the first three can be canceled."""
    return f"00000000-0000-4000-8000-{number:012}"


def seeded_case(number: int) -> str:
    """One of those that --cases adds, each of which can be canceled; from 1."""
    return f"10000000-0000-4000-8000-{number:012}"


class Sandbox:
    """A running sandbox; `with closing(Sandbox()) as sandbox` stops it for certain."""

    def __init__(self, *arguments: str, binary: Path = BINARY, stderr: IO[str] | None = None) -> None:
        command = [str(binary), "--port", "0", *arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.close()
            raise RuntimeError(f"the sandbox did not start: {line!r}")
        self.url = line.split()[-1]

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)

    def reset(self) -> None:
        """Everything as at the start."""
        self._ask("POST", "/sandbox/reset")

    def fault(self, **rule: object) -> None:
        """Adds a rule, as examples/sandbox/README.md lists them."""
        self._ask("POST", "/sandbox/faults", rule)

    def case(self, number: int) -> Any:
        """What really happened to a fixture case."""
        return self.row(fixture_case(number))

    def row(self, case_id: str) -> Any:
        """What really happened to a case."""
        return self._ask("GET", f"/sandbox/ledger/{case_id}")

    def cases(self) -> Any:
        """What really happened to every case that was asked for."""
        return self._ask("GET", "/sandbox/ledger")["cases"]

    def totals(self) -> Any:
        return self._ask("GET", "/sandbox/ledger")["totals"]

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
