"""The C compiler: zig, which brings the headers and symbol lists of every glibc since 2.0."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .shell import clean_environment, output_of, say, stop

GLIBC = "2.17"

# Small sections that the linker can drop; nothing visible from outside; the usual hardening; no paths; no
# tables with which a debugger would walk through functions whose names are gone (370 KB).
FLAGS = (
    "-O2", "-g0", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections",
    "-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-fno-sanitize=all", "-fno-ident",
    "-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
)  # fmt: skip


@dataclass(frozen=True)
class Compiler:
    """zig for one architecture, behind commands that take the arguments of any C compiler."""

    arch: str
    version: str
    folder: Path
    zig: Path
    work: Path

    @property
    def target(self) -> str:
        return f"{self.arch}-linux-gnu.{GLIBC}"

    @property
    def cc(self) -> Path:
        return self.folder / "cc"

    def environment(self) -> dict[str, str]:
        # The tools are called by name alone, so that no path gets into the version texts of the parts.
        path = f"{self.folder}:{clean_environment()['PATH']}"
        cache = str(self.work / "zig-cache")
        return clean_environment(PATH=path, ZIG_GLOBAL_CACHE_DIR=cache, ZIG_LOCAL_CACHE_DIR=cache)

    def header_folders(self) -> list[str]:
        """The folders in which the compiler looks for glibc's headers, without those of its own headers."""
        command = [str(self.cc), "-E", "-v", "-x", "c", "/dev/null"]
        # Run in a folder that is not above them: the compiler prints paths below the current one as relative.
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment(), capture_output=True, text=True, check=True
        )
        lines = [line.strip() for line in done.stderr.splitlines() if line.startswith(" /")]
        found = [line for line in lines if "/libc/" in line]
        if not found:
            stop(f"{self.cc} does not print where its headers are")
        return found


def compiler(arch: str, work: Path, requirements: Path) -> Compiler:
    """Installs zig into a Python environment of the build's own, and writes the commands."""
    python = python_of_build(work, requirements)
    zig = Path(output_of([python, "-c", "import ziglang; print(ziglang.__path__[0])"]).strip()) / "zig"
    folder = work / arch / "tools"
    folder.mkdir(parents=True, exist_ok=True)
    version = output_of([zig, "version"]).strip()
    made = Compiler(arch, version, folder, zig, work)
    maps = f"-ffile-prefix-map={work}=."
    _command(made.cc, f'exec "{zig}" cc -target {made.target} {" ".join(FLAGS)} "{maps}" "$@"')
    for tool in ("ar", "ranlib"):
        _command(folder / tool, f'exec "{zig}" {tool} "$@"')
    return made


def python_of_build(work: Path, requirements: Path) -> Path:
    """The Python of a virtual environment with the packages that the build needs; makes it."""
    folder = work / "venv"
    python = folder / "bin/python"
    stamp = folder / ".installed"
    wanted = requirements.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    say(f"installing the C compiler as a Python package: {' '.join(wanted.split())}")
    commands = [
        [sys.executable, "-m", "venv", "--clear", folder],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
    ]
    for command in commands:
        if subprocess.run([str(word) for word in command], check=False).returncode != 0:
            stop("the C compiler could not be installed")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _command(path: Path, line: str) -> None:
    text = f"#!/bin/sh\n{line}\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
