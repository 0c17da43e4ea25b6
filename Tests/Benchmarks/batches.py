"""Many cancels at once, with answers that take 20 ms: against the ideal, which is to have the agreed number
in flight at every moment and to spend no time on anything else."""

import http.client
import statistics
import time

from local_nginx import HTTP2, PLAIN, TLS, Failure
from machine import OWN_CORES
from programs import batch_programs, measure
from rounds import summarize, take_turns
from table import decimals, print_table

NAME = "batches"
BASELINE = "multi"
OWN = "kcase"
DELAY_MS = 20
SIDE_BY_SIDE = 64
# What a program speaks: where the server offers HTTP/2, only those that can take part.
PROGRAMS_OF = {
    PLAIN: ("multi", "multi epoll", "kcase", "aiohttp", "requests", "Net::HTTP"),
    TLS: ("multi", "multi epoll", "kcase", "aiohttp", "requests", "Net::HTTP"),
    HTTP2: ("multi", "multi epoll", "kcase", "httpx"),
}


def run(bench, servers, options):
    server = servers[DELAY_MS]
    OWN_CORES.take(server)
    ideal_ms = options.batch_cases * DELAY_MS / SIDE_BY_SIDE
    what = {program.name: program.what for program in batch_programs(bench)}
    results, absent = {}, {}
    for protocol, names in PROGRAMS_OF.items():
        there, reasons = those_there(
            [program for program in batch_programs(bench) if program.name in names], server, protocol
        )
        costs = take_turns(
            there,
            options.batch_rounds,
            lambda program, by=protocol: measure_batch(program, server, by, options.batch_cases),
            warms_up=False,
        )
        absent[protocol.name] = reasons
        results[protocol.name] = summarize(costs, BASELINE)
        for cost in results[protocol.name].values():
            cost["wall_ms"] = round(cost["wall_us"] * options.batch_cases / 1000, 1)
            cost["wall_to_ideal"] = round(cost["wall_ms"] / ideal_ms, 4)
        show_protocol(protocol.name, results[protocol.name], reasons, what)
    really_ms = answer_ms(server)
    print(f"  one answer takes {really_ms:.2f} ms, asked for alone")
    print(f"  the ideal: {options.batch_cases:,} cases x {DELAY_MS} ms / {SIDE_BY_SIDE} = {ideal_ms:,.0f} ms")
    return {
        "cases": options.batch_cases,
        "delay_ms": DELAY_MS,
        "side_by_side": SIDE_BY_SIDE,
        "one_answer_ms": really_ms,
        "ideal_ms": ideal_ms,
        "baseline": BASELINE,
        "what": what,
        "absent": absent,
        "protocols": results,
    }


def answer_ms(server):
    """How long one answer really takes, with the path to the server and back."""
    connection = http.client.HTTPConnection("127.0.0.1", server.ports[PLAIN], timeout=5)
    times = []
    for _ in range(50):
        began = time.monotonic()
        connection.request("POST", "/case/id/none/cancel")
        connection.getresponse().read()
        times.append((time.monotonic() - began) * 1000)
    connection.close()
    return round(statistics.median(times), 2)


def measure_batch(program, server, protocol, cases):
    url = server.url_for(protocol)
    cost = measure(program, server, url, cases, SIDE_BY_SIDE, *server.trust(protocol))
    cost.pop("samples", None)  # Of interest where the batch is long.
    return cost


def those_there(programs, server, protocol):
    """The programs that can cancel a few cases at all, and why the others cannot."""
    there, reasons = [], {}
    for program in programs:
        try:
            measure_batch(program, server, protocol, 2 * SIDE_BY_SIDE)
            there.append(program)
        except Failure as failure:
            if program.name == BASELINE:
                raise
            reasons[program.name] = str(failure)
    return there, reasons


def show_protocol(name, result, absent, what):
    columns = ("wall ms", "x ideal", "CPU us", "user", "system", "x multi", "connections")
    rows = []
    for program, cost in result.items():
        times = [decimals(cost["wall_ms"], 0), decimals(cost["wall_to_ideal"], 3)]
        costs = [decimals(cost[key]) for key in ("cpu_us", "user_us", "system_us", "cpu_ratio")]
        rows.append((program, [*times, *costs, decimals(cost["connections"], 0)], what[program]))
    notes = [f"{program}: not there ({why})" for program, why in absent.items()]
    print_table(name, columns, rows, ["CPU per cancel, medians", *notes])
