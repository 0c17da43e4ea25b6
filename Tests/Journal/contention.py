"""Many processes that commit to one journal as fast as they can, two commits for each call: nobody is turned
away, and the file is whole at the end. Usage: contention.py PROCESSES CALLS-EACH [FOLDER]"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from library import LIBRARY, cancel, client, head, verify

# Nobody listens there: the calls end at once, and both commits are made.
NOWHERE = "http://127.0.0.1:1"


def work(journal: str, place: int, calls: int) -> None:
    with client(NOWHERE, journal, max_attempts=1, timeout_ms=60000) as made:
        for number in range(calls):
            result = cancel(made, f"case-{place}-{number}")
            assert (result["outcome"], result["reason"], result["journaled"]) == (
                "not_sent",
                "connect",
                True,
            ), result


def run(processes: int, calls: int, folder: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        journal = Path(scratch, "cancels.journal")
        began = time.monotonic()
        environment = {**os.environ, "KCASE_LIBRARY": str(LIBRARY)}
        command = [sys.executable, __file__, "--work", str(journal)]
        workers = [
            subprocess.Popen([*command, str(place), str(calls)], env=environment)
            for place in range(processes)
        ]
        assert [worker.wait() for worker in workers] == [0] * processes
        seconds = time.monotonic() - began
        commits = 2 * processes * calls
        with sqlite3.connect(journal) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            finished = database.execute("SELECT count(*) FROM intent WHERE outcome = 'not_sent'").fetchone()
        database.close()
        assert finished == (processes * calls,)
        kept = head(journal)
        assert kept["count"] == commits
        assert verify(journal, kept)["outcome"] == "ok"
    print(
        f"journal: {processes} processes, {commits} commits, {commits / seconds:.0f} a second,"
        f" SQLite {sqlite3.sqlite_version}: whole"
    )


if __name__ == "__main__":
    if sys.argv[1] == "--work":
        work(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        run(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
