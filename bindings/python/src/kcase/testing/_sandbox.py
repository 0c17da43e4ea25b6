"""The simulated KarmaCheck as a test uses it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from importlib import import_module
from typing import Any, Callable, Optional

from .._aio import AsyncClient
from .._client import Client
from .._lazy import types
from .._result import Result

PROGRAM = "kcase-sandbox"

Hook = Optional[Callable[[Result], object]]


class Sandbox:
    """Runs kcase-sandbox, a simulated KarmaCheck, on a free port of this machine.

    >>> from kcase import testing
    >>> with testing.Sandbox(cases=10) as sandbox, sandbox.client() as client:
    ...     sandbox.fault(kind="status", status=503, on="cancel", times=1)
    ...     result = client.cancel(sandbox.case(3))
    ...     print(result.outcome, sandbox.ledger(result.case_id)["cancel_requests"])
    canceled 2

    cases       how many cases there are beside the sandbox's own; case(1) is the first of them
    binary      the program; default: what KCASE_SANDBOX names, else that of the package kcase-sandbox, else
                the one in PATH

    Faults and the ledger are described in the sandbox's README, or by `kcase-sandbox --help`.
    """

    TOKEN = "sandbox-token"

    def __init__(self, *arguments: str, cases: int = 1000, binary: types.Optional[types.Path] = None) -> None:
        program = os.fspath(binary) if binary else _program()
        command = [program, "--port", "0", "--cases", str(cases), *arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.close()
            raise RuntimeError(f"{program} did not start: {line!r}")
        #: Where it listens: the `base_url` of a client.
        self.url = line.split()[-1]

    @staticmethod
    def case(number: int) -> str:
        """One of the cases; from 1. Each can be canceled."""
        return f"10000000-0000-4000-8000-{number:012}"

    @staticmethod
    def fixture_case(number: int) -> str:
        """One of the sandbox's own cases, each of another kind: 1 can be canceled, 7 has started."""
        return f"00000000-0000-4000-8000-{number:012}"

    def client(self, *, on_result: Hook = None, **config: types.Unpack[types.Config]) -> Client:
        """A client of this sandbox, whose waits are short."""
        return Client.from_config(self.config(**config), on_result=on_result)

    def async_client(self, *, on_result: Hook = None, **config: types.Unpack[types.Config]) -> AsyncClient:
        """As client()."""
        return AsyncClient.from_config(self.config(**config), on_result=on_result)

    def config(self, **config: types.Unpack[types.Config]) -> dict[str, Any]:
        """The configuration of client(), for a program that makes its own."""
        ours = {"base_url": self.url, "token": self.TOKEN, "settle_ms": 20, "backoff_base_ms": 5}
        return {**ours, **config}

    def fault(self, **rule: object) -> None:
        """Adds a fault, for example kind="status", status=503, on="cancel", times=1."""
        self._ask("POST", "/sandbox/faults", rule)

    def ledger(self, case_id: types.Optional[str] = None) -> Any:
        """What really happened: to a case, or to all."""
        return self._ask("GET", f"/sandbox/ledger/{case_id}" if case_id else "/sandbox/ledger")

    def reset(self) -> None:
        """Everything as at the start."""
        self._ask("POST", "/sandbox/reset")

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=10)

    def __enter__(self) -> types.Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def _program() -> str:
    """The program: named in the environment, else of the package kcase-sandbox, else in PATH."""
    found = os.environ.get("KCASE_SANDBOX")
    if not found:
        try:
            found = str(import_module("kcase_sandbox").path())
        except ImportError:
            found = shutil.which(PROGRAM)
    if not found:
        raise FileNotFoundError(
            f"there is no {PROGRAM}: `pip install {PROGRAM}`, or name it in KCASE_SANDBOX"
        )
    return found
