"""Whether what a bundle was made of has a newer version in its source."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .catalog import PARTS
from .debian import PrivateApt, compare
from .shell import clean_environment, stop


@dataclass(frozen=True)
class Finding:
    name: str
    version: str
    newest: str
    expired: str = ""

    @property
    def is_newest(self) -> bool:
        return not self.expired and compare(self.newest, self.version) <= 0

    def __str__(self) -> str:
        if self.expired and compare(self.newest, self.version) <= 0:
            return f"{self.name} {self.version}: no newer one is known, by an index of {self.expired}"
        if self.is_newest:
            return f"{self.name} {self.version} is the newest"
        return f"{self.name} {self.version} is in the bundle; {self.newest} is newer"


def versions_inside(bundle: Path) -> dict[str, str]:
    """The parts of a bundle by its bill of materials, with Debian's versions of the C libraries."""
    file = bundle / "sbom.cdx.json"
    if not file.exists():
        stop(f"{bundle} has no bundle; run make bundle first")
    found = {}
    for component in json.loads(file.read_text(encoding="utf-8"))["components"]:
        own = {each["name"]: each["value"] for each in component.get("properties", [])}
        found[component["name"]] = own.get("kcase:package-version", component["version"])
    return found


def packages_against(apts: Mapping[str, PrivateApt], inside: dict[str, str]) -> list[Finding]:
    """The C libraries, by the index as the mirror has it now."""
    for apt in apts.values():
        apt.refresh(even_if_young=True)
    return [
        Finding(part.package, inside[part.package], apt.versions(part.package)[0], apt.expired)
        for part in PARTS
        for apt in [apts[part.release]]
    ]


def compiler_against_registry(python: Path, inside: dict[str, str]) -> Finding:
    """The C compiler, whose support functions are in the bundle."""
    command = [str(python), "-m", "pip", "index", "versions", "--disable-pip-version-check", "ziglang"]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
    newest = re.match(r"ziglang \(([\w.]+)\)", done.stdout)
    if newest is None:
        stop(f"the newest version of zig could not be found:\n{done.stderr.strip()}")
    return Finding("zig", inside["zig-compiler-rt"], newest[1])
