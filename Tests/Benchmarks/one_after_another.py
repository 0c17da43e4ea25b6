"""What one cancel costs, when cases are canceled one after another over a kept-alive connection.

What is compared is the CPU time, user and system, of the canceling process. Where the server runs changes a
cancel's cost more than anything else, since the kernel works harder to wake a process on another core. So
both places are fixed and measured. The same core is judged: it costs least, so that the library's share
weighs most.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass

from local_nginx import PLAIN, TLS, Failure, Protocol
from machine import OWN_CORES, SAME_CORE, Place
from rounds import summarize, take_turns
from table import decimals, print_table
from ways import measure, one_after_another_ways

NAME = "one_after_another"
BASELINE = "curl"
JUDGED_SCENE = SAME_CORE.name
CANCELS_MIN = 20
# Instructions are counted over the difference of two runs, which takes starting and ending away.
COUNTED = ("socket", "curl", "kcase", "kcase json")
FEW_CANCELS, MANY_CANCELS = 100, 400


@dataclass(frozen=True)
class Scene:
    name: str
    place: Place
    protocol: Protocol
    delay_ms: int
    rounds: int
    cancels: int


def scenes(rounds, cancels):
    # Where an answer takes 20 ms, so does a cancel.
    few = min(cancels, 30)
    return [
        Scene(JUDGED_SCENE, SAME_CORE, PLAIN, 0, rounds, cancels),
        Scene("own cores", OWN_CORES, PLAIN, 0, max(2, rounds // 2), cancels),
        Scene("TLS, same core", SAME_CORE, TLS, 0, max(2, rounds // 4), cancels),
        Scene("20 ms answers, same core", SAME_CORE, PLAIN, 20, min(rounds, 4), few),
    ]


def measure_kept(way, server, scene):
    """One run, which must have kept one connection for all of its requests, where it can."""
    cancels = max(CANCELS_MIN, round(scene.cancels * way.share))
    url = server.url_for(scene.protocol)
    cost = measure(way, server, url, cancels, *server.trust(scene.protocol))
    expected = 1 if way.keeps_connection else cost["requests"]
    if cost["connections"] != expected:
        raise Failure(f"{way.name}: {cost['connections']} connections; {expected} were expected")
    return cost


def run(bench, servers, options):
    all_ways = one_after_another_ways(bench)
    results = {}
    for scene in scenes(options.rounds, options.cancels):
        server = servers[scene.delay_ms]
        taking_part = [way for way in all_ways if way.over_tls or not scene.protocol.is_secure]
        scene.place.settle(server)
        costs = take_turns(
            taking_part,
            scene.rounds,
            lambda way, on=server, of=scene: measure_kept(way, on, of),
            scene.delay_ms == 0,
        )
        results[scene.name] = {
            "protocol": scene.protocol.name,
            "delay_ms": scene.delay_ms,
            "rounds": scene.rounds,
            "cancels": scene.cancels,
            "ways": summarize(costs, BASELINE),
        }
        show_scene(scene.name, results[scene.name], {way.name: way.what for way in all_ways})
    counted = count_instructions([way for way in all_ways if way.name in COUNTED], servers[0])
    for name, count in counted.items():
        print(f"  {name}: {count:,} instructions outside the kernel")
    return {
        "baseline": BASELINE,
        "judged_scene": JUDGED_SCENE,
        "what": {way.name: way.what for way in all_ways},
        "instructions": counted,
        "scenes": results,
    }


def show_scene(name, result, what):
    columns = ("CPU us", "user", "system", "wall us", "x libcurl loop", "quartiles")
    rows = []
    for way, cost in result["ways"].items():
        values = [decimals(cost[key]) for key in ("cpu_us", "user_us", "system_us", "wall_us", "cpu_ratio")]
        low, high = cost["cpu_ratio_quartiles"]
        rows.append((way, [*values, f"{low:.3f}-{high:.3f}"], what[way]))
    print_table(name, columns, rows, [f"per cancel, medians of up to {result['rounds']} rounds"])


def count_instructions(ways, server):
    """Per cancel, outside the kernel: within a percent the same, whatever the machine does."""
    if shutil.which("valgrind") is None:
        return {}
    counted = {}
    for way in ways:
        more = instructions(way, server.url, MANY_CANCELS) - instructions(way, server.url, FEW_CANCELS)
        counted[way.name] = round(more / (MANY_CANCELS - FEW_CANCELS))
    return counted


def instructions(way, url, cancels):
    counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    command = [*counter, *map(str, way.command), url, str(cancels)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        raise Failure(f"{' '.join(command)}: {done.stderr.strip()}")
    return int(found[1])
