"""What a stretch of a program's work costs, counted and reported as cost.c does."""

import resource
import time

TOKEN = "header.payload.signature"
TIMEOUT_SECONDS = 30
HEADERS = {
    "User-Agent": "kcase/1.2.0",
    "Authorization": f"Bearer {TOKEN}",
    "Accept": "application/json",
}


class Failed(Exception):
    """A case that could not be canceled leaves nothing to compare."""


def case_id(number):
    return f"e074241e-36e8-444b-bf55-{number:012x}"


def check(status):
    if not 200 <= status <= 299:
        raise Failed(f"HTTP {status}")


def spent():
    """Microseconds: user, system, and the clock on the wall."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime * 1e6, usage.ru_stime * 1e6, time.monotonic_ns() / 1e3


def cost_of_each(name, before, after, cancels, requests):
    user, system, wall = (round((late - soon) / cancels, 3) for soon, late in zip(before, after))
    return {
        "mode": name,
        "cancels": cancels,
        "requests": requests,
        "cpu_us": round(user + system, 3),
        "user_us": user,
        "system_us": system,
        "wall_us": wall,
    }
