"""Programs taking turns, and what their costs come to.

Many short runs, so that whatever else the machine does falls on all of them alike. A ratio is the median,
over the rounds in which both took part, of one program's cost divided by the other's in the same round.
"""

import statistics

KEYS = ("cpu_us", "user_us", "system_us", "wall_us", "connections")


def take_turns(programs, rounds, measure, warms_up=True):
    """{program's name: {round: cost}}. Warming up is a round that does not count."""
    costs = {program.name: {} for program in programs}
    if warms_up:
        for program in programs:
            measure(program)
    for turn in range(rounds):
        taking_part = [program for program in programs if program.takes_part(turn)]
        shift = turn % len(taking_part)  # No program always comes first.
        for program in taking_part[shift:] + taking_part[:shift]:
            costs[program.name][turn] = measure(program)
    return costs


def ratio(costs, base, key="cpu_us"):
    """(lower quartile, median, upper quartile) of the one's costs to the other's."""
    ratios = [costs[turn][key] / base[turn][key] for turn in sorted(costs.keys() & base.keys())]
    if len(ratios) < 2:
        return (round(ratios[0], 4),) * 3
    return tuple(round(part, 4) for part in statistics.quantiles(ratios, method="inclusive"))


def medians(costs):
    return {key: round(statistics.median(cost[key] for cost in costs.values()), 3) for key in KEYS}


def summarize(costs, baseline):
    """Of each program: medians, and the ratio of its CPU time to the baseline's."""
    summary = {}
    for name, runs in costs.items():
        low, middle, high = ratio(runs, costs[baseline])
        summary[name] = medians(runs) | {
            "cpu_ratio": middle,
            "cpu_ratio_quartiles": [low, high],
            "runs": {str(turn): cost for turn, cost in runs.items()},
        }
    return summary
