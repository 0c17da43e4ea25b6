"""What one cancel costs, when cases are canceled one after another over a kept-alive connection.

What is compared is the CPU time, user and system, of the canceling process. Where the server runs changes a
cancel's cost more than anything else, since the kernel works harder to wake a process on another core. So
both places are fixed and measured. The bounds are for the same core: it costs least, so that the library's
share weighs most.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass

from local_nginx import PLAIN, TLS, Failure, Protocol
from machine import OWN_CORES, SAME_CORE, Place
from programs import measure, one_after_another_programs
from rounds import summarize, take_turns
from table import decimals, print_table

NAME = "one_after_another"
BASELINE = "curl"
CHECKED_SETTING = SAME_CORE.name
CANCELS_MIN = 20
# Instructions are counted over the difference of two runs, which takes starting and ending away.
COUNTED = ("socket", "curl", "kcase", "kcase json")
FEW_CANCELS, MANY_CANCELS = 100, 400


@dataclass(frozen=True)
class Setting:
    name: str
    place: Place
    protocol: Protocol
    delay_ms: int
    rounds: int
    cancels: int


def settings(rounds, cancels):
    # Where an answer takes 20 ms, so does a cancel.
    few = min(cancels, 30)
    return [
        Setting(CHECKED_SETTING, SAME_CORE, PLAIN, 0, rounds, cancels),
        Setting("own cores", OWN_CORES, PLAIN, 0, max(2, rounds // 2), cancels),
        Setting("TLS, same core", SAME_CORE, TLS, 0, max(2, rounds // 4), cancels),
        Setting("20 ms answers, same core", SAME_CORE, PLAIN, 20, min(rounds, 4), few),
    ]


def measure_kept(program, server, setting):
    """One run, which must have kept one connection for all of its requests, where it can."""
    cancels = max(CANCELS_MIN, round(setting.cancels * program.share))
    url = server.url_for(setting.protocol)
    cost = measure(program, server, url, cancels, *server.trust(setting.protocol))
    expected = 1 if program.keeps_connection else cost["requests"]
    if cost["connections"] != expected:
        raise Failure(f"{program.name}: {cost['connections']} connections; {expected} were expected")
    return cost


def run(bench, servers, options):
    all_programs = one_after_another_programs(bench)
    results = {}
    for setting in settings(options.rounds, options.cancels):
        server = servers[setting.delay_ms]
        taking_part = [
            program for program in all_programs if program.over_tls or not setting.protocol.is_secure
        ]
        setting.place.take(server)
        costs = take_turns(
            taking_part,
            setting.rounds,
            lambda program, on=server, of=setting: measure_kept(program, on, of),
            setting.delay_ms == 0,
        )
        results[setting.name] = {
            "protocol": setting.protocol.name,
            "delay_ms": setting.delay_ms,
            "rounds": setting.rounds,
            "cancels": setting.cancels,
            "programs": summarize(costs, BASELINE),
        }
        show_setting(
            setting.name, results[setting.name], {program.name: program.what for program in all_programs}
        )
    counted = count_instructions([program for program in all_programs if program.name in COUNTED], servers[0])
    for name, count in counted.items():
        print(f"  {name}: {count:,} instructions outside the kernel")
    return {
        "baseline": BASELINE,
        "checked_setting": CHECKED_SETTING,
        "what": {program.name: program.what for program in all_programs},
        "instructions": counted,
        "settings": results,
    }


def show_setting(name, result, what):
    columns = ("CPU us", "user", "system", "wall us", "x libcurl loop", "quartiles")
    rows = []
    for program, cost in result["programs"].items():
        values = [decimals(cost[key]) for key in ("cpu_us", "user_us", "system_us", "wall_us", "cpu_ratio")]
        low, high = cost["cpu_ratio_quartiles"]
        rows.append((program, [*values, f"{low:.3f}-{high:.3f}"], what[program]))
    print_table(name, columns, rows, [f"per cancel, medians of up to {result['rounds']} rounds"])


def count_instructions(programs, server):
    """Per cancel, outside the kernel: within a percent the same, whatever the machine does."""
    if shutil.which("valgrind") is None:
        return {}
    counted = {}
    for program in programs:
        more = instructions(program, server.url, MANY_CANCELS) - instructions(
            program, server.url, FEW_CANCELS
        )
        counted[program.name] = round(more / (MANY_CANCELS - FEW_CANCELS))
    return counted


def instructions(program, url, cancels):
    counter = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    command = [*counter, *map(str, program.command), url, str(cancels)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        raise Failure(f"{' '.join(command)}: {done.stderr.strip()}")
    return int(found[1])
