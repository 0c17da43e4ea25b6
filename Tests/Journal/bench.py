"""What a journal costs: cancels in a batch of 64, with and without one; durable cancels a second, beside how
often the disk syncs; and a million records. Usage: bench.py FOLDER [CASES [RECORDS]]"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from library import cancel_all, client, history, library
from sandbox import Sandbox, seeded_case

ROUNDS = 5


def syncs_a_second(folder: Path) -> float:
    """How often the disk writes and syncs a sector."""
    file = os.open(folder / "syncs", os.O_RDWR | os.O_CREAT)
    try:
        count, began = 0, time.monotonic()
        while time.monotonic() - began < 1:
            os.pwrite(file, bytes(512), 512 * count)
            os.fdatasync(file)
            count += 1
        return count / (time.monotonic() - began)
    finally:
        os.close(file)


def batch(url: str, journal: Path | None, first: int, count: int) -> tuple[float, float]:
    """CPU time in µs and time in µs of one cancel, of a batch of 64."""
    ids = [seeded_case(number).encode() for number in range(first, first + count)]
    with client(url, journal, max_connections=64) as made:
        error = ctypes.c_void_p()
        running = library.kcase_batch_new(made, b'{"max_in_flight": 64}', ctypes.byref(error))
        began, used = time.monotonic(), cpu_seconds()
        added = fetched = 0
        while fetched < count:
            while added < count and library.kcase_batch_add(running, ids[added], None) == 1:
                added += 1
            result = library.kcase_batch_next(running, -1)
            if result:
                assert library.kcase_result_outcome(result) == 1
                library.kcase_result_free(result)
                fetched += 1
        took = (1e6 * (cpu_seconds() - used) / count, 1e6 * (time.monotonic() - began) / count)
        library.kcase_batch_free(running)
        return took


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def costs(folder: Path, cases: int) -> None:
    places = {"no journal": None, "tmpfs": Path("/dev/shm"), str(folder): folder}
    found: dict[str, list[tuple[float, float]]] = {place: [] for place in places}
    with closing(Sandbox("--cases", str(3 * ROUNDS * cases))) as sandbox:
        first = 1
        for _ in range(ROUNDS):
            for place, parent in places.items():
                with tempfile.TemporaryDirectory(dir=parent) as scratch:
                    journal = None if parent is None else Path(scratch, "cancels.journal")
                    found[place].append(batch(sandbox.url, journal, first, cases))
                first += cases
    base = statistics.median(cpu for cpu, _ in found["no journal"])
    for place, measured in found.items():
        cpu = statistics.median(cpu for cpu, _ in measured)
        rate = 1e6 / statistics.median(wall for _, wall in measured)
        print(f"{place}: {cpu:.1f} µs of CPU a cancel ({cpu / base:.2f} x), {rate:.0f} cancels a second")
    print(f"{folder}: {syncs_a_second(folder):.0f} syncs a second by itself")


def records(folder: Path, count: int) -> None:
    """Opening, and looking up a case, with so many records. They are copies of real ones."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        journal = Path(scratch, "cancels.journal")
        with closing(Sandbox("--cases", "1")) as sandbox, client(sandbox.url, journal) as made:
            cancel_all(made, [seeded_case(1)])
        fill(journal, count)
        began = time.monotonic()
        with client("http://127.0.0.1:1", journal):
            opened = time.monotonic() - began
            looked = []
            for number in range(1, 200):
                began = time.monotonic()
                page = history(journal, case_id=seeded_case(1 + number * (count // 200)))
                looked.append(time.monotonic() - began)
                assert len(page["records"]) == 1
        size = journal.stat().st_size / count
        print(
            f"{count} records: opens in {1e3 * opened:.1f} ms, a case is found in"
            f" {1e3 * statistics.median(looked):.2f} ms; {size:.0f} bytes a record"
        )


def fill(journal: Path, count: int) -> None:
    """Multiplies the one record. The hashes are not made anew: nothing here looks at them."""
    with sqlite3.connect(journal) as database:
        database.execute("PRAGMA synchronous = OFF")
        (begin, end) = [entry for (entry,) in database.execute("SELECT entry FROM trail ORDER BY seq")]
        columns = list(database.execute("SELECT * FROM intent").fetchone())
        json.loads(begin)

        def trail():
            for number in range(1, count):
                yield (2 * number + 1, begin, bytes(32))
                yield (2 * number + 2, end, bytes(32))

        def intents():
            for number in range(1, count):
                row = list(columns)
                row[0], row[2], row[3], row[11] = (
                    2 * number + 1,
                    seeded_case(number + 1),
                    seeded_case(number + 1),
                    2 * number + 2,
                )
                yield row

        database.executemany("INSERT INTO trail VALUES (?, ?, ?)", trail())
        database.executemany(f"INSERT INTO intent VALUES ({', '.join('?' * len(columns))})", intents())
    database.close()


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    costs(folder, int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
    records(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000)


if __name__ == "__main__":
    main()
