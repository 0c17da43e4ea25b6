"""How many instructions a cancel takes, by the bundle and by a careful loop on the libcurl inside it.

Both programs are the benchmarks' own.

    python3 Tests/Bundle/instructions.py BUNDLE PREFIX

prints both figures; PREFIX is where the bundle's static libraries are (bundle-work/ARCH/prefix). The exit
status is 1 if the bundle takes more."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Support"))

from callgrind import per_cancel, server

CLIENTS = Path(__file__).resolve().parents[1] / "Benchmarks/clients"
STATIC = ("libcurl.a", "libnghttp2.a", "libz.a", "libssl.a", "libcrypto.a")


def build(folder: Path, bundle: Path, prefix: Path) -> dict[str, Path]:
    """Builds both programs."""
    shared = ["one_after_another.c", "cost.c"]
    programs = {
        "kcase": (
            [*shared, "client_kcase.c", "open_kcase.c"],
            [f"-I{bundle}/include", f"-L{bundle}/lib", "-lkcase", f"-Wl,-rpath,{bundle}/lib"],
        ),
        "curl": (
            [*shared, "client_curl.c", "careful_easy.c"],
            [f"-I{prefix}/include", *(f"{prefix}/lib/{name}" for name in STATIC), "-lpthread", "-ldl"],
        ),
    }
    for name, (sources, words) in programs.items():
        files = [str(CLIENTS / source) for source in sources]
        command = ["cc", "-std=c99", "-O2", *files, *words, "-o", str(folder / name)]
        subprocess.run(command, check=True)
    return {name: folder / name for name in programs}


def figures_of(bundle: Path, prefix: Path, folder: Path) -> dict[str, int]:
    """The instructions of one cancel by each program."""
    with server() as url:
        programs = build(folder, bundle, prefix)
        return {name: per_cancel([str(program)], url) for name, program in programs.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("prefix", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        figures = figures_of(given.bundle.resolve(), given.prefix.resolve(), Path(name))
    for name, figure in figures.items():
        print(f"{name}: {figure} instructions per cancel")
    print(f"ratio: {figures['kcase'] / figures['curl']:.3f}")
    return 0 if figures["kcase"] <= figures["curl"] else 1


if __name__ == "__main__":
    sys.exit(main())
