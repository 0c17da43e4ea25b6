"""C programs that use the library, for machines with nothing but libc: jansson is linked into them."""

from __future__ import annotations

from pathlib import Path

from .compiler import Compiler
from .shell import run


def build_programs(sources: list[Path], bundle: Path, prefix: Path, compiler: Compiler, folder: Path) -> None:
    """Builds a program from each source. It looks for the library in build/lib beside itself."""
    folder.mkdir(parents=True, exist_ok=True)
    flags = (
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        f"-I{bundle}/include",
        f"-I{prefix}/include",
    )
    libraries = (bundle / "lib/libkcase.so", prefix / "lib/libjansson.a")
    for source in sources:
        output = ("-pie", "-Wl,-rpath,$ORIGIN/build/lib", "-o", folder.resolve() / source.stem)
        command: list[str | Path] = [compiler.cc, *flags, source.resolve(), *libraries, *output]
        run(command, cwd=folder, log=compiler.work / "programs.log", environment=compiler.environment())
