"""What a process did to the journal's files and what it sent, as disk.c wrote it down, and every state in
which a loss of power could have left the files."""

from __future__ import annotations

import os
import random
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from library import LIBRARY

SECTOR = 512
WORKER = Path(__file__).with_name("worker.py")
_REQUEST = re.compile(rb"POST /case/id/([^/ ]+)/cancel")


@dataclass(frozen=True)
class Event:
    """w: written; t: cut to a size; s: synced; f: a sync that failed; n: a note of the test's; o: sent."""

    kind: str
    name: str
    place: int
    data: bytes

    @property
    def canceled(self) -> str | None:
        """The case, if this is a cancel request that leaves."""
        found = _REQUEST.match(self.data) if self.kind == "o" else None
        return found[1].decode() if found else None


def read_trace(path: Path) -> list[Event]:
    text, place, events = path.read_bytes(), 0, []
    while place < len(text):
        kind, name_length, count, offset = struct.unpack_from("<cIIQ", text, place)
        place += struct.calcsize("<cIIQ")
        name = text[place : place + name_length].decode()
        data = text[place + name_length : place + name_length + count]
        place += name_length + count
        events.append(Event(kind.decode(), name, offset, data))
    return events


def preload(build: Path) -> Path:
    """disk.c, compiled."""
    made = build / "disk.so"
    source = Path(__file__).with_name("disk.c")
    command = ["cc", "-std=c99", "-O1", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([*command, str(source), "-o", str(made), "-ldl"], check=True)
    return made


def run_worker(
    preloaded: Path, url: str, journal: Path, trace: Path, *what: object, fault: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Runs worker.py with disk.c. What it is told becomes notes in the trace."""
    environment = {
        **os.environ,
        "KCASE_LIBRARY": str(LIBRARY),
        "KCASE_FOLDER": str(journal.parent),
        "KCASE_TRACE": str(trace),
        "KCASE_TOLD": str(journal.with_name("told")),
        "LD_PRELOAD": str(preloaded),
    }
    if fault:
        environment["KCASE_FAULT"] = fault
    command = [sys.executable, str(WORKER), url, str(journal), *map(str, what)]
    return subprocess.run(command, env=environment, capture_output=True, timeout=100, check=False)


@dataclass
class _File:
    """What the disk is sure to have, and what was done since."""

    durable: bytes = b""
    pending: list[Event] = field(default_factory=list)
    # Whether its name is sure to be found.
    is_named: bool = False

    def sync(self) -> None:
        self.durable = self.after([True] * len(self.pending), None)
        self.pending = []

    def after(self, kept: list[bool], chance: random.Random | None) -> bytes:
        """The content if only these of the pending were done, each sector by chance if there is one."""
        content = bytearray(self.durable)
        for event, is_kept in zip(self.pending, kept, strict=True):
            if event.kind == "t":
                if is_kept:
                    del content[event.place :]
                    content.extend(bytes(event.place - len(content)))
                continue
            for start in range(0, len(event.data), SECTOR):
                part = event.data[start : start + SECTOR]
                if not is_kept or (chance is not None and chance.random() < 0.3):
                    continue
                place = event.place + start
                content.extend(bytes(max(place + len(part) - len(content), 0)))
                content[place : place + len(part)] = part
        return bytes(content)


class Disk:
    """The files as a disk has them that drops, tears and reorders whatever was not synced."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def do(self, event: Event) -> None:
        if event.kind in "wt":
            self._files.setdefault(event.name, _File()).pending.append(event)
        elif event.kind == "s" and event.name == ".":
            for file in self._files.values():
                file.is_named = True
        elif event.kind == "s" and event.name in self._files:
            self._files[event.name].sync()

    def states(self, chance: random.Random, count: int) -> Iterator[dict[str, bytes]]:
        """What may be found after a loss of power now: nothing pending was done, all of it, or any part."""
        yield self._state(lambda _: False, None)
        yield self._state(lambda _: True, None)
        for _ in range(count):
            yield self._state(lambda _: chance.random() < 0.5, chance)

    def _state(self, keeps, chance: random.Random | None) -> dict[str, bytes]:
        return {
            name: file.after([keeps(event) for event in file.pending], chance)
            for name, file in self._files.items()
            if file.is_named or keeps(None)
        }
