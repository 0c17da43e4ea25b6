"""The three example programs, run as a person at a shell runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from sandbox import API_KEY, CLIENT_ACCESS_TOKEN, ROOT, TOKEN

C = [str(ROOT / "build/bin/cancel_case")]
PYTHON = [sys.executable, str(ROOT / "examples/python/cancel_case.py")]
RUBY = ["ruby", str(ROOT / "examples/ruby/cancel_case.rb")]

# What no program may ever print: the tests' credentials, right and wrong.
SECRETS = (TOKEN, API_KEY, CLIENT_ACCESS_TOKEN, "wrong-token", "wrong-pair")


@dataclass(frozen=True)
class Run:
    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Program:
    """One of the programs, with the settings that make it work."""

    command: list[str]
    settings: dict[str, str]

    def environment(self, **settings: str | bytes | None) -> dict[str, str | bytes]:
        """The environment: nothing that the caller's shell may hold; None takes a setting away."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KCASE_")}
        return {
            name: value
            for name, value in {**inherited, **self.settings, **settings}.items()
            if value is not None
        }

    def __call__(self, *arguments: str | bytes, **settings: str | bytes | None) -> Run:
        done = subprocess.run(
            [*self.command, *arguments],
            env=self.environment(**settings),
            capture_output=True,
            timeout=60,
            check=False,
        )
        run = Run(done.returncode, done.stdout.decode(), done.stderr.decode())
        for secret in SECRETS:
            assert secret not in run.stdout + run.stderr
        return run
