"""Many cancels at once, with answers that take 20 ms: against the ideal, which is to have the agreed number
in flight at every moment and to spend no time on anything else."""

import http.client
import statistics
import time

from local_nginx import HTTP2, PLAIN, TLS, Failure
from machine import OWN_CORES
from rounds import summarize, take_turns
from table import decimals, print_table
from ways import batch_ways, measure

NAME = "batches"
BASELINE = "multi"
JUDGED = "kcase"
DELAY_MS = 20
SIDE_BY_SIDE = 64
# What a way speaks: where the server offers HTTP/2, only those that can take part.
WAYS_OF = {
    PLAIN: ("multi", "multi epoll", "kcase", "aiohttp", "requests", "Net::HTTP"),
    TLS: ("multi", "multi epoll", "kcase", "aiohttp", "requests", "Net::HTTP"),
    HTTP2: ("multi", "multi epoll", "kcase", "httpx"),
}


def run(bench, servers, options):
    server = servers[DELAY_MS]
    OWN_CORES.settle(server)
    ideal_ms = options.batch_cases * DELAY_MS / SIDE_BY_SIDE
    what = {way.name: way.what for way in batch_ways(bench)}
    results, absent = {}, {}
    for protocol, names in WAYS_OF.items():
        there, reasons = those_there(
            [way for way in batch_ways(bench) if way.name in names], server, protocol
        )
        costs = take_turns(
            there,
            options.batch_rounds,
            lambda way, by=protocol: measure_batch(way, server, by, options.batch_cases),
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
    """How long one answer really takes, with the way to the server and back."""
    connection = http.client.HTTPConnection("127.0.0.1", server.ports[PLAIN], timeout=5)
    times = []
    for _ in range(50):
        began = time.monotonic()
        connection.request("POST", "/case/id/none/cancel")
        connection.getresponse().read()
        times.append((time.monotonic() - began) * 1000)
    connection.close()
    return round(statistics.median(times), 2)


def measure_batch(way, server, protocol, cases):
    url = server.url_for(protocol)
    cost = measure(way, server, url, cases, SIDE_BY_SIDE, *server.trust(protocol))
    cost.pop("samples", None)  # Of interest where the batch is long.
    return cost


def those_there(ways, server, protocol):
    """The ways that can cancel a few cases at all, and why the others cannot."""
    there, reasons = [], {}
    for way in ways:
        try:
            measure_batch(way, server, protocol, 2 * SIDE_BY_SIDE)
            there.append(way)
        except Failure as failure:
            if way.name == BASELINE:
                raise
            reasons[way.name] = str(failure)
    return there, reasons


def show_protocol(name, result, absent, what):
    columns = ("wall ms", "x ideal", "CPU us", "user", "system", "x multi", "connections")
    rows = []
    for way, cost in result.items():
        times = [decimals(cost["wall_ms"], 0), decimals(cost["wall_to_ideal"], 3)]
        costs = [decimals(cost[key]) for key in ("cpu_us", "user_us", "system_us", "cpu_ratio")]
        rows.append((way, [*times, *costs, decimals(cost["connections"], 0)], what[way]))
    notes = [f"{way}: not there ({why})" for way, why in absent.items()]
    print_table(name, columns, rows, ["CPU per cancel, medians", *notes])
