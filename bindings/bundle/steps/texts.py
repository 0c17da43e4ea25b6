"""The texts that go with the library: README, licenses, pkg-config file."""

from __future__ import annotations

from pathlib import Path

from .compiler import Compiler
from .core import swift_compiler
from .parts import part_source
from .sources import Source

# The license file in each part's source tree.
LICENSE_FILES = {"jansson": "LICENSE", "nghttp2": "COPYING", "openssl": "LICENSE.txt", "curl": "COPYING"}


def readme(root: Path, version: str, arch: str) -> str:
    text = (root / "bindings/bundle/texts/README.in").read_text(encoding="utf-8")
    return text.replace("@VERSION@", version).replace("@ARCH@", arch)


def pkg_config(root: Path, version: str) -> str:
    """The installed one, changed for a folder that can be moved; it needs no other library."""
    text = (root / "bindings/c/kcase.pc.in").read_text(encoding="utf-8")
    text = text.replace("@PREFIX@", "${pcfiledir}/../..").replace("@VERSION@", version)
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("Requires"))


def licenses(root: Path, sources: list[Source], compiler: Compiler) -> str:
    parts = [("kcase", root / "LICENSE")]
    for source in sources:
        tree = part_source(compiler, source.package)
        parts.append((f"{source.package} {source.version}", tree / LICENSE_FILES[source.package]))
    parts.append(
        ("Swift's standard library", Path(swift_compiler()).resolve().parents[1] / "share/swift/LICENSE.txt")
    )
    parts.append(("the compiler's support functions (zig)", compiler.zig.parent / "LICENSE"))
    chapters = [f"{'=' * 100}\n{name}\n{'=' * 100}\n\n{_text(path)}\n" for name, path in parts]
    return "The parts of this library, and the license of each.\n\n" + "\n".join(chapters)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() + "\n"
