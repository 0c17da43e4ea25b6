"""A batch so long that whatever grows with it shows: what the process holds, looked at a hundred times."""

from dataclasses import replace

from local_nginx import PLAIN
from machine import OWN_CORES
from programs import batch_programs, measure
from table import print_table

NAME = "million"
OWN = "kcase"
SIDE_BY_SIDE = 64


def run(bench, servers, options):
    server = servers[0]
    OWN_CORES.take(server)
    program = next(program for program in batch_programs(bench) if program.name == OWN)
    program = replace(program, environment={"WATCH": "1"})
    cost = measure(program, server, server.url_for(PLAIN), options.cases, SIDE_BY_SIDE)
    samples = cost.pop("samples")
    report = {"cases": options.cases, "side_by_side": SIDE_BY_SIDE, "cost": cost, "samples": samples}
    show(report)
    return report


def growth(samples):
    """(KB, descriptors) by which the largest sample exceeds the first, taken after one case in a hundred."""
    first = samples[0]
    return max(sample[1] for sample in samples) - first[1], max(sample[2] for sample in samples) - first[2]


def show(report):
    samples = report["samples"]
    chosen = [samples[at] for at in sorted({0, len(samples) // 4, len(samples) // 2, len(samples) - 1})]
    rows = [(f"{done:,}", [f"{kilobytes:,}", str(count)], "") for done, kilobytes, count in chosen]
    cost = report["cost"]
    note = (
        f"{cost['cpu_us']:.2f} us of CPU and {cost['wall_us']:.2f} us per cancel, "
        f"{cost['connections']} connections"
    )
    print_table("cases done", ("resident KB", "descriptors"), rows, [note])
