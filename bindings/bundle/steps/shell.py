"""Runs other programs. Their output goes to a log file, the end of which is shown when they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

TAIL_LINES = 40


def say(text: str) -> None:
    print(f"bundle: {text}", flush=True)


def stop(text: str) -> NoReturn:
    """Ends the build with a message."""
    sys.exit(f"bundle: {text}")


def clean_environment(**more: str) -> dict[str, str]:
    """The variables that a program needs to run, and none that could change what it makes."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    kept.update(LC_ALL="C.UTF-8", TZ="UTC", SOURCE_DATE_EPOCH="0", ZERO_AR_DATE="1")
    kept.update(more)
    return kept


def run(command: list[str | Path], *, cwd: Path, log: Path, environment: dict[str, str]) -> None:
    """Runs a program to its end; its output is added to the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with log.open("a", encoding="utf-8") as output:
        output.write(f"$ {' '.join(words)}\n")
        output.flush()
        done = subprocess.run(
            words,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode != 0:
        tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        stop("\n".join([f"{Path(words[0]).name} failed; the end of {log}:", *tail]))


def output_of(command: list[str | Path], *, environment: dict[str, str] | None = None) -> str:
    """What a program prints. The build ends if it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        stop(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout
