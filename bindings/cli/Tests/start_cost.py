"""One cancel from the start of the process to its end, beside curl with the same request, in turns.

Usage: start_cost.py    exit status 1 if the command line takes more than 1.5 times as long"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Tests/Support"))

from program import PROGRAM, clean_environment
from sandbox import TOKEN, Sandbox, seeded_case

TURNS = 200
RATIO_MAX = 1.5


def measure(command: list[str], environment: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main() -> int:
    with closing(Sandbox("--cases", str(2 * TURNS + 2))) as sandbox, tempfile.TemporaryDirectory() as home:
        environment = clean_environment(Path(home), KCASE_BASE_URL=sandbox.url, KCASE_TOKEN=TOKEN)
        times: dict[str, list[float]] = {"kcase": [], "curl": []}
        for turn in range(TURNS + 1):  # The first one fills the system's caches.
            one, other = seeded_case(2 * turn + 1), seeded_case(2 * turn + 2)
            address = f"{sandbox.url}/case/id/{other}/cancel"
            token = f"Authorization: Bearer {TOKEN}"
            took = {
                "kcase": measure([PROGRAM, "cancel", one], environment),
                "curl": measure(["curl", "-sf", "-X", "POST", "-H", token, address], environment),
            }
            if turn > 0:
                for name, seconds in took.items():
                    times[name].append(seconds)
    ratio = statistics.median(a / b for a, b in zip(times["kcase"], times["curl"], strict=True))
    for name, seconds in times.items():
        best, middle = min(seconds) * 1000, statistics.median(seconds) * 1000
        print(f"{name:6} least {best:6.2f} ms, median {middle:6.2f} ms")
    print(f"ratio  {ratio:.2f}, median of {TURNS} turns (at most {RATIO_MAX})")
    return 0 if ratio <= RATIO_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
