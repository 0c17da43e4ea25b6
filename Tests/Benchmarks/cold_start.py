"""What a program pays that cancels one case and ends: from the start of its process to the first answer; and
what loading the library adds to a process that has libcurl and jansson already."""

import statistics
import time

from local_nginx import PLAIN
from machine import OWN_CORES
from programs import Program, one_after_another_programs
from rounds import ratio
from table import decimals, print_table

NAME = "cold_start"
BASELINE = "curl"
PROGRAMS = (
    "curl",
    "kcase",
    "kcase bundle",
    "kcase Python",
    "kcase package",
    "pycurl",
    "pycurl system",
    "http.client",
    "requests",
    "httpx",
    "kcase Ruby",
    "kcase gem",
    "Net::HTTP",
)
LOADS = 15  # How often the library is loaded, each time into a new process.


def run(bench, servers, options):
    server = servers[0]
    OWN_CORES.take(server)
    programs = [program for program in one_after_another_programs(bench) if program.name in PROGRAMS]
    costs = {program.name: {} for program in programs}
    for turn in range(-1, options.starts):  # The first turn fills the system's caches.
        for program in programs:
            cost = measure_start(program, server)
            if turn >= 0:
                costs[program.name][turn] = cost
    report = {
        "starts": options.starts,
        "baseline": BASELINE,
        "what": {program.name: program.what for program in programs},
        "programs": {name: summarize_starts(runs, costs[BASELINE]) for name, runs in costs.items()},
        "load": load_cost(bench),
    }
    show(report)
    return report


def measure_start(program, server):
    """Microseconds. The clock that the program reads is the one that is read here."""
    began_us = time.monotonic_ns() / 1000
    cost = program.run(server.url_for(PLAIN), "first")
    times = {"wall_us": cost["answered_at_us"] - began_us, "cpu_us": cost["cpu_us"]}
    if "from_import_us" in cost:
        times["from_import_us"] = cost["from_import_us"]
    return times


def summarize_starts(runs, base):
    middle = {
        key: round(statistics.median(run[key] for run in runs.values())) for key in ("wall_us", "cpu_us")
    }
    return middle | {
        "runs": runs,
        "wall_ratio": ratio(runs, base, "wall_us")[1],
        "cpu_ratio": ratio(runs, base)[1],
    }


def load_cost(bench):
    library = bench / "../lib/libkcase.so.1"
    loader = Program("load_cost", "", (bench / "load_cost",))
    loads = [loader.run(library) for _ in range(LOADS)]
    cost = {key: statistics.median(load[key] for load in loads) for key in loads[0]}
    return cost | {"file_bytes": library.stat().st_size}


def show(report):
    columns = ("wall ms", "CPU ms", "wall x libcurl", "CPU x libcurl")
    rows = []
    for program, cost in report["programs"].items():
        times = [decimals(cost[key] / 1000) for key in ("wall_us", "cpu_us")]
        ratios = [decimals(cost[key]) for key in ("wall_ratio", "cpu_ratio")]
        rows.append((program, [*times, *ratios], report["what"][program]))
    load = report["load"]
    note = (
        f"loading the library takes {load['dlopen_us'] / 1000:.2f} ms and {load['resident_kb']:.0f} KB, "
        f"{load['anonymous_kb']:.0f} KB of it the process's own; "
        f"the file has {load['file_bytes'] / 1024:.0f} KB"
    )
    print_table("cold start", columns, rows, [f"to the first answer, medians of {report['starts']}", note])
