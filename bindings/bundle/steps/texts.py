"""The texts that go with the library: README, licenses, pkg-config file."""

from __future__ import annotations

import textwrap
from pathlib import Path

from .catalog import PART
from .compiler import Compiler
from .core import swift_compiler
from .parts import part_source
from .sources import Source


def readme(root: Path, version: str, arch: str, sources: list[Source]) -> str:
    text = (root / "bindings/bundle/texts/README.in").read_text(encoding="utf-8")
    values = {"VERSION": version, "ARCH": arch, "PARTS": _parts(sources), "OLDER": _older(sources)}
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _parts(sources: list[Source]) -> str:
    """Each part, its version, and until when it gets security fixes."""
    lines = []
    for source in sources:
        name = f"{source.package} {source.upstream_version} (Debian's {source.version})"
        fixes = textwrap.wrap(f"Security fixes: {PART[source.package].support}.", 106)
        lines += [f"- {name}", *(f"  {line}" for line in fixes)]
    return "\n".join(lines)


def _older(sources: list[Source]) -> str:
    doubts = [f"- {source.doubt}" for source in sources if source.doubt]
    if not doubts:
        return "When this was built, there was no newer version of these in Debian."
    return "\n".join([
        "Older versions were taken than Debian's index listed, since its mirror did not have the newest, or",
        "the mirror's index was old itself. The person who built this accepted that. Security fixes may be",
        "missing:",
        "",
        *doubts,
    ])  # fmt: skip


def pkg_config(root: Path, version: str) -> str:
    """The installed one, changed for a folder that can be moved."""
    text = (root / "bindings/c/kcase.pc.in").read_text(encoding="utf-8")
    return text.replace("@PREFIX@", "${pcfiledir}/../..").replace("@VERSION@", version)


def licenses(root: Path, sources: list[Source], compiler: Compiler) -> str:
    parts = [("kcase", root / "LICENSE")]
    for source in sources:
        tree = part_source(compiler, source.package)
        parts.append((f"{source.package} {source.version}", tree / PART[source.package].license_file))
    parts.append(
        ("Swift's standard library", Path(swift_compiler()).resolve().parents[1] / "share/swift/LICENSE.txt")
    )
    parts.append(("the compiler's support functions (zig)", compiler.zig.parent / "LICENSE"))
    chapters = [f"{'=' * 100}\n{name}\n{'=' * 100}\n\n{_text(path)}\n" for name, path in parts]
    return "The parts of this library, and the license of each.\n\n" + "\n".join(chapters)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() + "\n"
