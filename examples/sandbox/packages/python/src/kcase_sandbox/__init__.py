"""The simulated KarmaCheck server, as a program to be started by tests."""

from pathlib import Path


def path() -> str:
    """The program's file. `[path(), "--port", "0"]` starts it on a free port of loopback, which its first
    line names; SIGTERM ends it."""
    return str(Path(__file__).with_name("kcase-sandbox"))
