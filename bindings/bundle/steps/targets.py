"""The targets that the library is made of, as Package.swift describes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .shell import clean_environment, output_of, stop


@dataclass(frozen=True)
class Target:
    """One module: Swift sources, or a module map of C headers."""

    name: str
    folder: Path
    is_swift: bool
    dependencies: tuple[str, ...]
    excluded: tuple[str, ...]
    optimization: str

    def files(self) -> list[Path]:
        """The Swift sources, or for a C module the module map and its headers."""
        found = [path for path in self.folder.rglob("*.swift" if self.is_swift else "*") if path.is_file()]
        left_out = [self.folder / name for name in self.excluded]
        return sorted(path for path in found if not any(path.is_relative_to(each) for each in left_out))


def targets_of(root: Path, product: str, scratch: Path) -> list[Target]:
    """The targets of a product of the package at `root`, each after those that it depends on."""
    command: list[str | Path] = ["swift", "package", "--package-path", root, "--scratch-path", scratch]
    package = json.loads(output_of([*command, "dump-package"], environment=clean_environment()))
    described = {each["name"]: each for each in package["targets"]}
    products = {each["name"]: each["targets"] for each in package["products"]}
    if product not in products:
        stop(f"{root}/Package.swift has no product {product}")
    ordered: dict[str, Target] = {}

    def add(name: str) -> None:
        # SwiftPM itself refuses circular dependencies, so this ends.
        if name in ordered:
            return
        target = _target(root, described, name)
        for dependency in target.dependencies:
            add(dependency)
        ordered[name] = target

    for name in products[product]:
        add(name)
    return list(ordered.values())


def _target(root: Path, described: dict[str, Any], name: str) -> Target:
    description = described.get(name)
    if description is None:
        stop(f"{root}/Package.swift has no target {name}: the bundle takes no other package's")
    if description["type"] not in ("regular", "system"):
        stop(f"target {name} is of type {description['type']}, which the bundle cannot build")
    if description.get("sources"):
        stop(f"target {name} lists its sources, which the bundle does not support: give its path alone")
    return Target(
        name,
        root / description.get("path", f"Sources/{name}"),
        description["type"] == "regular",
        tuple(_dependency(name, each) for each in description["dependencies"]),
        tuple(description["exclude"]),
        _optimization(description["settings"]),
    )


def _optimization(settings: list[dict[str, Any]]) -> str:
    """The compiler's option: a target may ask to be small."""
    flags = [flag for each in settings for flag in each["kind"].get("unsafeFlags", {}).get("_0", [])]
    return "-Osize" if "-Osize" in flags else "-O"


def _dependency(target: str, description: dict[str, Any]) -> str:
    """SwiftPM writes {"byName": [name, condition]} or {"target": [name, condition]}."""
    for kind in ("byName", "target"):
        if kind in description:
            name: str = description[kind][0]
            return name
    stop(f"target {target} depends on something that is not a target of this package: {description}")
