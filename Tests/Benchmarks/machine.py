"""The machine that is measured on, and where on it a client and the server run."""

import os
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Which core the clients run on, and which the server."""

    name: str
    client: int
    server: int

    def take(self, server):
        """From now on: this process, whose children inherit it, and the server."""
        os.sched_setaffinity(0, {self.client})
        server.run_on(self.server)


CORES = sorted(os.sched_getaffinity(0))
SAME_CORE = Place("same core", CORES[-1], CORES[-1])
# With one core there is no other place.
OWN_CORES = Place("own cores", CORES[-1], CORES[0]) if len(CORES) > 1 else SAME_CORE


def machine():
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", info, re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": f"{platform.system()} {platform.release()}",
    }


def versions(bench):
    """Of what the server and the clients are made."""
    asked = {
        "libcurl": ("pkg-config", "--modversion", "libcurl"),
        "Python": (bench / "venv/bin/python", "--version"),
        "Ruby": ("ruby", "-e", "puts RUBY_VERSION"),
        "Python packages": (bench / "venv/bin/pip", "freeze", "--disable-pip-version-check"),
    }
    return {name: " ".join(output_of(command).split()) for name, command in asked.items()}


def output_of(command):
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
