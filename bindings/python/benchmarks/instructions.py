"""How many instructions a cancel takes through the package, and how that compares with C.

    python instructions.py C_PROGRAM [WAY...]

C_PROGRAM is the benchmarks' client_kcase. KCASE_LIBRARY names the library that Python loads; it should be the
one that the program was linked with. PYTHONPATH may name another version of the package."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Tests/Support"))

from callgrind import per_cancel, server

SHORT, LONG = 100, 600

#: What is done for each case, and in what surroundings.
WAYS = {
    "main thread": ("", "client.cancel(case).outcome"),
    "main thread, .reason": ("", "client.cancel(case).reason"),
    "main thread, INFO log": (
        "import logging; logging.basicConfig(level=logging.INFO, filename='/dev/null')",
        "client.cancel(case).outcome",
    ),
    "other thread": ("", "client.cancel(case).outcome"),
}

PROGRAM = """
import sys, threading
import kcase
{before}
def work():
    client = kcase.Client(base_url=sys.argv[1], token="header.payload.signature", max_connections=1)
    for number in range(int(sys.argv[2])):
        case = f"e074241e-36e8-444b-bf55-{{number:012x}}"
        {each}
{run}
"""


def program(way: str) -> str:
    before, call = WAYS[way]
    run = "work()"
    if way == "other thread":
        run = "thread = threading.Thread(target=work); thread.start(); thread.join()"
    return PROGRAM.format(before=before, each=call, run=run)


def main() -> int:
    c_program, *ways = sys.argv[1:]
    with server() as url:
        in_c = per_cancel([c_program], url, SHORT, LONG)
        print(f"{'C':24} {in_c:8}")
        for way in ways or WAYS:
            figure = per_cancel([sys.executable, "-c", program(way)], url, SHORT, LONG)
            print(f"{way:24} {figure:8}  {figure / in_c:.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
