"""How many instructions a cancel takes through the package, and how that compares with C. Fails if one takes
more than it may.

    python instructions.py C_PROGRAM [WAY...]

C_PROGRAM is the benchmarks' client_kcase. KCASE_LIBRARY names the library that Python loads; it should be the
one that the program was linked with. PYTHONPATH may name another version of the package."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Tests/Support"))

from callgrind import per_cancel, server

SHORT, LONG = 100, 600
#: A wait that the server made longer is counted, too: the least of a few runs is the figure.
RUNS = 3

#: Who logs at INFO pays for logging itself: "a line of its own" is what a program pays that logs one line
#: for each case by itself.
LOGGING = "import logging; logging.basicConfig(level=logging.INFO, filename='/dev/null')"
OWN = f"{LOGGING}; logging.getLogger('kcase').setLevel(logging.WARNING); log = logging.getLogger('own')"

#: What is done for each case, in what surroundings, and the most that it may take to what C takes.
WAYS = {
    "main thread": ("", "client.cancel(case).outcome", 1.24),
    "main thread, .reason": ("", "client.cancel(case).reason", 1.32),
    "main thread, INFO log": (LOGGING, "client.cancel(case).outcome", 2.4),
    "main thread, a line of its own": (OWN, "log.info('%s: %s', case, client.cancel(case).outcome)", None),
    "other thread": ("", "client.cancel(case).outcome", 1.23),
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
    before, call, _ = WAYS[way]
    run = "work()"
    if way == "other thread":
        run = "thread = threading.Thread(target=work); thread.start(); thread.join()"
    return PROGRAM.format(before=before, each=call, run=run)


def least(command: list[str], url: str) -> int:
    return min(per_cancel(command, url, SHORT, LONG) for _ in range(RUNS))


def main() -> int:
    c_program, *ways = sys.argv[1:]
    within = True
    with server() as url:
        in_c = least([c_program], url)
        print(f"{'C':30} {in_c:8}")
        for way in ways or WAYS:
            figure = least([sys.executable, "-c", program(way)], url)
            most = WAYS[way][2]
            bound = f"  (at most {most})" if most else ""
            print(f"{way:30} {figure:8}  {figure / in_c:.2f}{bound}", flush=True)
            within = within and (most is None or figure <= most * in_c)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
