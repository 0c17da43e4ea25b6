"""The same as crashes.py on a disk that is full again and again: processes are killed while it fills, and two
resume at once when there is room. Nothing is sent without an intent that is durable, no outcome that was told
as journaled is lost, and in the end the journal and the service agree on every case.

The disk is a small tmpfs in a mount namespace of the test's own; where that is not allowed, disk.c refuses
what is written. Usage: full_disk.py CASES INSTANTS SEED"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent))

from crashes import Trial, Worker
from disk import preload
from library import cancel_all, client, head, resume
from sandbox import Sandbox, seeded_case

PAGE = 4096
ROOM = 4 << 20
NAMESPACE = ["unshare", "--map-root-user", "--mount"]
# Set where this runs in such a namespace; to anything else, it does without.
MOUNTS = "KCASE_MOUNTS"


class Disk(Protocol):
    folder: Path
    environment: dict[str, str]

    def fill(self, chance: random.Random) -> None:
        """Leaves a little room, or none."""

    def make_room(self) -> None: ...

    def close(self) -> None: ...


class SmallDisk:
    """A tmpfs that a file of the test's fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=700", "none", str(folder)]
        subprocess.run(mount, check=True)
        self._filling = folder / "filling"

    def fill(self, chance: random.Random) -> None:
        room = os.statvfs(self.folder)
        pages = room.f_bavail * room.f_frsize // PAGE - chance.choice((0, 1, 3, 8, 20, 40))
        # A process at work may take the room first.
        with contextlib.suppress(OSError):
            self._filling.write_bytes(bytes(PAGE * max(pages, 0)))

    def make_room(self) -> None:
        self._filling.unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def __str__(self) -> str:
        return f"a tmpfs of {ROOM >> 20} MiB"


class RefusingDisk:
    """A folder in which writes fail from the Nth of a process on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"LD_PRELOAD": str(preload(folder)), "KCASE_FOLDER": str(folder)}
        self._mark = folder / "full"
        self.environment["KCASE_FAULT"] = "full:1"

    def fill(self, chance: random.Random) -> None:
        self.environment["KCASE_FAULT"] = f"full:{chance.choice((1, 2, 20, 60, 200, 400))}"
        self._mark.touch()

    def make_room(self) -> None:
        self._mark.unlink(missing_ok=True)

    def close(self) -> None: ...

    def __str__(self) -> str:
        return "a disk that refuses"


class FullTrial(Trial):
    """A trial on a disk that is full while cases are canceled, and not while they are resumed."""

    def __init__(self, sandbox: Sandbox, disk: Disk, cases: int, seed: int) -> None:
        super().__init__(sandbox, disk.folder / "cancels.journal", cases, seed)
        self._disk = disk
        self.refused = self.unwritten = 0

    def run(self, instants: int) -> None:
        head_of_new(self._sandbox, self._journal)
        share = -(-self._cases // instants)
        for instant in range(instants):
            first = 1 + instant * share % self._cases
            # Before anything is written, or after the first intents.
            is_full = self._random.random() < 0.5
            if is_full:
                self._disk.fill(self._random)
            worker = self._worker("cancel", first, min(share, self._cases - first + 1))
            if not is_full:
                time.sleep(self._random.uniform(0, 0.02))
                self._disk.fill(self._random)
            if self._random.random() < 0.7:
                worker.kill_after(self._random.uniform(0, 0.06))
            self._note(worker)
            self._check_requests()
            self._disk.make_room()
            self._resume()
        # What was refused is asked for once more, and nothing is left for those who resume.
        self._asked = {seeded_case(number) for number in range(1, self._cases + 1)}
        missing = sorted(self._asked - set(self._records()))
        with client(self._sandbox.url, self._journal) as made:
            for result in cancel_all(made, missing):
                self._take(result)
            assert resume(made) == []
        self._check_end()

    def _resume(self) -> None:
        """Two at once, some of which are killed; then nothing is left by those who are gone."""
        resumers = [self._worker("resume") for _ in range(2)]
        for resumer in resumers:
            if self._random.random() < 0.3:
                resumer.kill_after(self._random.uniform(0, 0.05))
        for resumer in resumers:
            self._note(resumer)
        self._check_requests()
        with client(self._sandbox.url, self._journal) as made:
            for result in resume(made):
                self._take(result)

    def _worker(self, *what: object) -> Worker:
        return Worker(self._sandbox.url, self._journal, *what, environment=self._disk.environment)

    def _take(self, result: dict[str, Any]) -> None:
        if result["journaled"]:
            super()._take(result)
        elif result["outcome"] == "not_sent":
            assert "the disk is full" in result["message"], result
            self.refused += 1
        else:
            assert result["outcome"] in ("canceled", "already_canceled", "unknown"), result
            assert result["journal_error"], result
            self.unwritten += 1


def head_of_new(sandbox: Sandbox, journal: Path) -> None:
    """Makes the file, as long as there is room."""
    with client(sandbox.url, journal):
        assert head(journal)["count"] == 0


def main() -> None:
    cases, instants, seed = map(int, sys.argv[1:4])
    may_mount = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0
    if may_mount and MOUNTS not in os.environ:
        os.execvpe(
            NAMESPACE[0], [*NAMESPACE, sys.executable, __file__, *sys.argv[1:]], {**os.environ, MOUNTS: "1"}
        )
    with (
        closing(Sandbox("--cases", str(cases), "--latency-ms", "2")) as sandbox,
        tempfile.TemporaryDirectory() as scratch,
        closing((SmallDisk if os.environ.get(MOUNTS) == "1" else RefusingDisk)(Path(scratch))) as disk,
    ):
        trial = FullTrial(sandbox, disk, cases, seed)
        trial.run(instants)
    assert trial.refused > 0 and trial.killed > 0
    print(
        f"journal: {disk}, {cases} cases, {instants} instants, {trial.killed} processes killed,"
        f" {trial.refused} refused, {trial.unwritten} outcomes not written: no case lost"
    )


if __name__ == "__main__":
    main()
