"""The bounds of each part: a figure, and the most that it may be."""

from __future__ import annotations

from dataclasses import dataclass

import million
from local_nginx import HTTP2, PLAIN
from rounds import ratio

FLOOR = "socket"


@dataclass(frozen=True)
class Finding:
    """`value` is None where nothing was measured."""

    what: str
    value: float | None
    most: float
    is_below: bool = False  # The most is more than it may be.

    @property
    def is_within(self):
        if self.value is None:
            return False
        return self.value < self.most if self.is_below else self.value <= self.most

    def __str__(self):
        if self.value is None:
            return f"{self.what}: not there"
        return f"{self.what}: {self.value:,.3f} ({'below' if self.is_below else 'at most'} {self.most:,g})"


def cpu_ratio(programs, one, other):
    """The median over the rounds in which both took part."""
    if one not in programs or other not in programs:
        return None
    return ratio(programs[one]["runs"], programs[other]["runs"])[1]


def one_after_another(report):
    programs = report["settings"][report["checked_setting"]]["programs"]
    own = (
        "kcase",
        "kcase json",
        "kcase bundle",
        "kcase package",
        "kcase gem",
        "kcase Python",
        "kcase Ruby",
        FLOOR,
        report["baseline"],
    )
    # pycurl from the index of Python packages brings a newer libcurl than the system's, which kcase uses:
    # that is a comparison of libcurls, shown and not checked.
    peers = [name for name in programs if name not in own and name != "pycurl"]
    return [
        Finding("C: CPU to the libcurl loop's", cpu_ratio(programs, "kcase", "curl"), 1.05),
        *(
            Finding(f"C: CPU to that of {peer}", cpu_ratio(programs, "kcase", peer), 1, True)
            for peer in peers
        ),
        Finding(
            "bundle: CPU to that of the shared build", cpu_ratio(programs, "kcase bundle", "kcase"), 1.05
        ),
        Finding("Python: CPU to that of kcase in C", cpu_ratio(programs, "kcase Python", "kcase"), 1.3),
        Finding(
            "Python package: CPU to that of kcase in C", cpu_ratio(programs, "kcase package", "kcase"), 1.3
        ),
        Finding("Python: CPU to that of requests", cpu_ratio(programs, "kcase Python", "requests"), 1 / 5),
        Finding("Ruby: CPU to that of kcase in C", cpu_ratio(programs, "kcase Ruby", "kcase"), 1.5),
        Finding("Ruby gem: CPU to that of kcase in C", cpu_ratio(programs, "kcase gem", "kcase"), 1.5),
        Finding("Ruby gem: CPU to that of Net::HTTP", cpu_ratio(programs, "kcase gem", "Net::HTTP"), 1, True),
        Finding("Ruby: CPU to that of Net::HTTP", cpu_ratio(programs, "kcase Ruby", "Net::HTTP"), 1, True),
    ]


def batches(report):
    found = []
    for protocol, programs in report["protocols"].items():
        batch = programs.get("kcase", {})
        to_multi = cpu_ratio(programs, "kcase", "multi")
        found.append(Finding(f"{protocol}: wall time to the ideal", batch.get("wall_to_ideal"), 1.1))
        found.append(Finding(f"{protocol}: CPU to that of libcurl multi", to_multi, 1.1))
    plain, http2 = report["protocols"][PLAIN.name], report["protocols"][HTTP2.name]
    to_aiohttp = cpu_ratio(plain, "kcase", "aiohttp")
    found.append(Finding(f"{PLAIN.name}: CPU to that of aiohttp", to_aiohttp, 1 / 5))
    connections = max(
        (run["connections"] for run in http2.get("kcase", {"runs": {}})["runs"].values()), default=None
    )
    found.append(Finding(f"{HTTP2.name}: connections", connections, 2))
    return found


def a_million(report):
    kilobytes, descriptors = million.growth(report["samples"])
    return [
        Finding(f"{report['cases']:,} cases: memory's growth in MB", kilobytes / 1024, 16),
        Finding(f"{report['cases']:,} cases: more descriptors than at first", descriptors, 0),
    ]


def cold_start(report):
    load, programs = report["load"], report["programs"]
    importing = ratio(programs["kcase package"]["runs"], programs["requests"]["runs"], "from_import_us")[1]
    start = ratio(programs["kcase bundle"]["runs"], programs["kcase"]["runs"], "wall_us")[1]
    return [
        Finding("Python package: import to first cancel, to requests", importing, 1 / 4),
        Finding("bundle: start to first answer, to that of the shared build", start, 0.5),
        Finding("loading: ms", load["dlopen_us"] / 1000, 0.5),
        Finding("loading: KB", load["resident_kb"], 300),
    ]


PARTS = {
    "one_after_another": one_after_another,
    "batches": batches,
    "million": a_million,
    "cold_start": cold_start,
}
