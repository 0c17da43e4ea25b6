"""Long runs: ten million lines in little memory; a hundred thousand cases, killed at fifty random moments.

Usage: long_runs.py [--lines N] [--cases N] [--kills N] [--seed N]"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Tests/Support"))

from program import PROGRAM, CommandLine
from sandbox import Sandbox, seeded_case

MEMORY_KB_MAX = 64 * 1024


def check(condition: bool, words: str) -> None:
    if not condition:
        sys.exit(f"FAIL  {words}")
    print(f"ok    {words}", flush=True)


def listed(path: Path, count: int, repeated: bool = False) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(1, count + 1):
            file.write(f"{seeded_case(number)}\n")
        if repeated:
            file.write(f"{seeded_case(1).upper()}\n")


def many_lines(folder: Path, count: int) -> None:
    """The whole list is read, checked and searched for repetitions; then its count is refused."""
    path = folder / "lines.txt"
    listed(path, count, repeated=True)
    for source in ("file", "pipe"):
        kcase = CommandLine(folder, "http://127.0.0.1:9")
        began = time.monotonic()
        with path.open("rb") as file:
            done = subprocess.run(
                [
                    PROGRAM,
                    "cancel",
                    "--from",
                    str(path) if source == "file" else "-",
                    "--confirm",
                    "custom:1",
                ],
                stdin=file,
                capture_output=True,
                text=True,
                env=kcase.environment(TMPDIR=str(folder)),
                check=False,
            )
        check(
            done.returncode == 2 and f"this is custom:{count}." in done.stderr, f"{count} ids from a {source}"
        )
        check(f"line {count + 1} repeats line 1;" in done.stderr, "the repetition is found")
        print(f"      in {time.monotonic() - began:.1f} s")
    peak_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    check(peak_kb < MEMORY_KB_MAX, f"in {peak_kb / 1024:.1f} MB of memory")
    path.unlink()


def killed_runs(folder: Path, count: int, kills: int, chance: random.Random) -> None:
    """However often a run is killed, resume accounts for each id once, and all that is told agrees."""
    path = folder / "cases.txt"
    listed(path, count)
    with closing(Sandbox("--cases", str(count))) as sandbox:
        kcase = CommandLine(folder, sandbox.url)
        command = ["cancel", "--from", str(path)]
        told: dict[str, str] = {}
        for _ in range(kills):
            # Into a file: a pipe that nobody reads would stop the run.
            out = folder / "out.ndjson"
            with out.open("wb") as file:
                process = subprocess.Popen(
                    [PROGRAM, *command, "-o", "ndjson"],
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.DEVNULL,
                    env=kcase.environment(),
                )
                try:
                    process.wait(timeout=chance.uniform(0.05, 2.5))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            for line in out.read_text(encoding="utf-8").splitlines(keepends=True):
                if line.endswith("\n") and '"case_id"' in line:
                    result = json.loads(line)
                    told[result["case_id"]] = result["outcome"]
            shown = kcase("resume", "--show").stdout.splitlines()
            command = ["resume"] if len(shown) > 1 else ["cancel", "--from", str(path)]
        report = folder / "report.html"
        run = kcase_long(kcase, *command, "-o", "ndjson", "--report", str(report))
        check(run.returncode == 0, f"after {kills} kills resume ends with 0")
        *results, last = [json.loads(line) for line in run.stdout.splitlines()]
        ids = Counter(result["case_id"] for result in results)
        expected = {seeded_case(number) for number in range(1, count + 1)}
        check(set(ids) == expected and set(ids.values()) == {1}, "each id is accounted for once")
        outcomes = Counter(result["outcome"] for result in results)
        check(dict(outcomes) == last["summary"]["outcomes"], f"the summary agrees: {dict(outcomes)}")
        words = run.stderr.splitlines()[-1]
        check(all(f"{n:,} {name}" in words for name, n in outcomes.items()), "the closing line agrees")
        rows = report.with_suffix(".csv").read_bytes().count(b"\r\n") - 1
        pages = [report, *sorted(folder.glob("report-*.html"))]
        marks = sum(page.read_text(encoding="utf-8").count('<tr><td class="number">') for page in pages)
        check(rows == marks == count, f"the report agrees, on {len(pages)} pages")
        totals = sandbox.totals()
        check(totals["cancels_applied"] == count, "the service canceled each case once")
        right = all(outcome in {"canceled", "already_canceled"} for outcome in told.values())
        check(right, f"{len(told)} results of killed runs were right")


def kcase_long(kcase: CommandLine, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=kcase.environment(),
        check=False,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        many_lines(Path(folder), options.lines)
        killed_runs(Path(folder), options.cases, options.kills, random.Random(options.seed))


if __name__ == "__main__":
    main()
