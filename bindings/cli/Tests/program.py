"""The command line as a person, or a script, runs it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox import ROOT, TOKEN

PROGRAM = str(ROOT / "build/bin/kcase")
# What nothing may ever show. The sandbox accepts it, since it takes any token that is not known to be wrong.
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def clean_environment(home: Path, **variables: str | None) -> dict[str, str]:
    """Nothing that the caller's shell may hold."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KCASE_", "XDG_")) and name not in {"NO_COLOR", "COLUMNS", "TERM"}
    }
    given = {name: value for name, value in variables.items() if value is not None}
    return {**inherited, "HOME": str(home), "LC_ALL": "C.UTF-8", **given}


@dataclass(frozen=True)
class Run:
    code: int
    stdout: str
    stderr: str


class CommandLine:
    """kcase with settings that make it work, and a home folder of its own."""

    def __init__(self, home: Path, url: str | None = None) -> None:
        self.home = home
        self.variables: dict[str, str | None] = {"KCASE_BASE_URL": url, "KCASE_TOKEN": TOKEN}

    def environment(self, **variables: str | None) -> dict[str, str]:
        return clean_environment(self.home, **{**self.variables, **variables})

    def __call__(
        self,
        *arguments: str,
        text: str | bytes | None = None,
        cwd: Path | None = None,
        **variables: str | None,
    ) -> Run:
        data = text.encode() if isinstance(text, str) else text
        done = subprocess.run(
            [PROGRAM, *arguments],
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            env=self.environment(**variables),
            cwd=cwd,
            timeout=90,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str, **variables: str | None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(**variables),
        )

    def at_terminal(self, *arguments: str, **variables: str | None) -> Terminal:
        return Terminal([PROGRAM, *arguments], self.environment(**{"TERM": "xterm", **variables}))


class Terminal:
    """A program at a terminal of 80 columns, with a person who reads and types."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._pid, self._descriptor = pty.fork()
        if self._pid == 0:
            os.execve(command[0], command, environment)
        import fcntl
        import struct
        import termios

        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = ""

    def wait_for(self, words: str, seconds: float = 20) -> str:
        """Reads until the words are seen."""
        end = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} is not in {self.text!r}"
            if not self._read(0.1):
                break
        assert words in self.text, self.text
        return self.text

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def signal(self, number: int) -> None:
        os.kill(self._pid, number)

    def close(self) -> int:
        """Reads to the end; the exit code."""
        end = time.monotonic() + 30
        while self._read(0.1):
            if time.monotonic() > end:
                os.kill(self._pid, signal.SIGKILL)
                raise AssertionError(f"it does not end: {self.text!r}")
        _, status = os.waitpid(self._pid, 0)
        os.close(self._descriptor)
        return os.waitstatus_to_exitcode(status)

    @property
    def text(self) -> str:
        return ESCAPES.sub("", self.seen).replace("\r\n", "\n")

    def _read(self, seconds: float) -> bool:
        """False when the program has gone."""
        readable, _, _ = select.select([self._descriptor], [], [], seconds)
        if not readable:
            return True
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)
